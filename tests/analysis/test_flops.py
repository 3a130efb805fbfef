"""Counts are compared with formulas written out by hand here."""
import logging
from pathlib import Path

import mmaction
import pytest
import torch
from mmengine.config import Config
from mmengine.logging import MMLogger
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from mmgesture.analysis.flops import (CONVOLUTIONS, KINDS, PARTS, PRODUCTS,
                                      SCAN, count_flops, scan_flops)
from mmgesture.analysis.subject import ClipShape, build_model, forward_of
from mmgesture.models.backbones import VideoMamba
from mmgesture.models.layers import BidirectionalSSM
from mmgesture.ops.selective_scan import available_backends, selective_scan
from mmgesture.ops.selective_scan.interface import BACKENDS, PAIRS


def flops_of(module, *shape):
    module = module.to('meta').eval()
    x = torch.empty(shape, device='meta')
    return count_flops(module, lambda: module(x))


def test_linear_layer_costs_two_per_weight_and_row():
    count = flops_of(nn.Linear(7, 5), 3, 7)
    assert count.total == 2 * 3 * 7 * 5
    assert count.macs == 3 * 7 * 5
    assert count.of_kind(PRODUCTS) == count.total


def test_conv3d_costs_two_per_weight_and_output_position():
    conv = nn.Conv3d(3, 4, (3, 5, 1), stride=(1, 2, 1), padding=(1, 0, 0))
    count = flops_of(conv, 2, 3, 6, 9, 7)
    # output: 6 frames, (9 - 5) // 2 + 1 = 3 rows, 7 columns
    assert count.of_kind(CONVOLUTIONS) == 2 * (2 * 6 * 3 * 7) * 4 * 3 * 15
    assert count.total == count.of_kind(CONVOLUTIONS)


def test_grouped_convolution_counts_its_own_channels_only():
    conv = nn.Conv1d(6, 6, 4, groups=6)
    assert flops_of(conv, 1, 6, 10).total == 2 * 6 * 4 * 7


def test_scan_of_one_value_is_eighteen_operations():
    # delta + bias 1, softplus 3, delta A 1, exp 1, times h 1, delta u 1,
    # times B 1, sum 1, times C 1, into y 1, D u and sum 2, silu 3, gate 1
    assert scan_flops(1, 1, 1, 1) == 18
    assert scan_flops(1, 1, 1, 1, False, False, False, False) == 8


def test_scan_by_hand():
    # 2 sequences x 3 channels x 5 tokens x (7 x 4 states + 11)
    assert scan_flops(2, 3, 4, 5) == 30 * 39


class OneScan(nn.Module):

    def __init__(self, backend, **kwargs):
        super().__init__()
        self.scan_backend, self.kwargs = backend, kwargs

    def forward(self, u):
        batch, channels, length = u.shape
        a = u.new_empty(channels, 4)
        b = u.new_empty(batch, 4, length)
        return selective_scan(
            u, u, a, b, b, backend=self.scan_backend, **self.kwargs)


def test_single_scan_in_a_model_is_counted_by_its_formula():
    count = flops_of(OneScan('auto'), 2, 3, 5)
    assert count.of_kind(SCAN) == 30 * (7 * 4 + 1)
    count = flops_of(OneScan('auto', delta_softplus=True), 2, 3, 5)
    assert count.of_kind(SCAN) == count.total == 30 * (7 * 4 + 4)


@pytest.mark.parametrize('backend', ['auto', *BACKENDS])
def test_count_is_the_same_for_every_backend(backend):
    # also for those that cannot run here: nothing runs
    mixer = BidirectionalSSM(8, scan_backend=backend)
    count = flops_of(mixer, 2, 5, 8)
    assert mixer.scan_backend == backend
    # both directions, D = 16 channels, N = 16 states, 5 tokens
    assert count.of_kind(SCAN) == 2 * scan_flops(2, 16, 16, 5)
    # in_proj 8 -> 32, x_proj 16 -> 33, dt_proj 1 -> 16, out_proj 16 -> 8
    macs = 8 * 32 + 2 * (16 * 33 + 1 * 16) + 16 * 8
    assert count.of_kind(PRODUCTS) == 2 * 10 * macs
    # both causal convolutions: width 4, padded at both ends
    assert count.of_kind(CONVOLUTIONS) == 2 * 2 * (2 * 16 * 4 * (5 + 3))
    assert count.uncounted == []


def test_tables_of_backends_are_whole_again_afterwards():
    before, pairs = dict(BACKENDS), dict(PAIRS)

    class Broken(nn.Module):

        def forward(self, x):
            raise KeyError('broken')

    with pytest.raises(KeyError):
        flops_of(Broken(), 1)
    flops_of(OneScan('torch'), 2, 3, 5)
    assert BACKENDS == before and PAIRS == pairs
    assert set(BACKENDS) == set(available_backends())


def test_operator_of_a_package_is_named_as_not_counted():
    if not hasattr(torch.library, 'custom_op'):
        pytest.skip('torch before 2.4')
    op = torch.library.custom_op(
        'mmgesture_test::secret', lambda x: x.clone(),
        mutates_args=(),
        schema='(Tensor x) -> Tensor')
    op.register_fake(torch.empty_like)

    class Secret(nn.Module):

        def forward(self, x):
            return op(x)

    assert flops_of(Secret(), 3).uncounted == ['mmgesture_test::secret']


def videomamba_s_macs():
    """Multiply-accumulates of the products, from the paper's sizes."""
    d, depth, states, rank = 384, 24, 16, 24
    patches = 16 * 14 * 14
    tokens = patches + 1  # class token
    inner = 2 * d
    mixer = d * 2 * inner + 2 * (inner * (rank + 2 * states) +
                                 rank * inner) + inner * d
    return patches * 3 * 16 * 16 * d + depth * tokens * mixer


def test_videomamba_s_agrees_with_a_formula_of_its_own():
    model = VideoMamba('small').to('meta')
    count = flops_of(model, 1, 3, 16, 224, 224)
    assert count.of_kind(PRODUCTS) == 2 * videomamba_s_macs()
    assert count.of_kind(SCAN) == 24 * 2 * 3137 * 768 * (7 * 16 + 11)
    assert count.of_kind(CONVOLUTIONS) == 24 * 2 * 2 * 768 * 4 * (3137 + 3)


def test_both_visits_of_the_selective_order_are_counted():
    def scans(order):
        model = VideoMamba(
            dict(embed_dims=16, depth=1), img_size=32, num_frames=2,
            scan_order=order)
        return flops_of(model, 1, 3, 2, 32, 32).of_kind(SCAN)

    assert scans('selective') == 2 * scans('bidirectional')
    assert scans('local') == scans('bidirectional')


def small_recognizer(repository, name='msf-quickstart'):
    cfg = Config.fromfile(
        repository / f'configs/_base_/models/{name}.py')
    model = build_model(cfg)
    return model, forward_of(model, ClipShape(1, 16, 56, 56))


def test_total_is_the_sum_of_the_parts(repository):
    model, run = small_recognizer(repository)
    count = count_flops(model, run)
    assert list(count.by_part) == list(PARTS)
    assert count.total == sum(count.of_part(p) for p in PARTS)
    assert count.total == sum(count.of_kind(k) for k in KINDS)
    assert count.of_part('other') == 0
    # 64 -> 17 classes
    assert count.of_part('head') == 2 * 64 * 17
    # 8 x 7 x 7 positions: kernels 3^3 and 5^3, ASWM 128 -> 16 -> 2
    macs = 392 * (64 * 64 * (27 + 125) + 128 * 16 + 16 * 2)
    assert count.of_part('necks') == 2 * macs


def test_products_agree_with_pytorchs_counter_alone(repository):
    """A model without a scan is what FlopCounterMode says it is."""
    model, run = small_recognizer(repository, 'r3d18-small')
    count = count_flops(model, run)
    with FlopCounterMode(display=False) as counter:
        run()
    assert count.total == counter.get_total_flops() == 2 * count.macs
    assert count.of_kind(SCAN) == 0


@pytest.mark.parametrize(
    'config, published',
    [('tsm/tsm_imagenet-pretrained-r50_8xb16-1x1x16-50e_kinetics400-rgb', 65.75
      ),
     ('timesformer/timesformer_divST_8xb8-8x32x1-15e_kinetics400-rgb', 196)])
def test_macs_are_what_mmaction2_publishes_as_flops(config, published):
    """Figures of MMAction2's own metafiles, from another counter."""
    path = Path(mmaction.__file__).parent / '.mim/configs/recognition'
    if not path.is_dir():
        pytest.skip('this MMAction2 came without its configs')
    logger = MMLogger.get_current_instance()
    level = logger.level
    logger.setLevel(logging.ERROR)
    cfg = Config.fromfile(path / f'{config}.py')
    cfg.model.backbone.pretrained = None
    try:
        model = build_model(cfg)
    finally:
        logger.setLevel(level)
    frames = 16 if 'tsm' in config else 8
    x = torch.empty(1, 1, 3, frames, 224, 224, device='meta')
    if 'tsm' in config:
        # (B, V, C, T, H, W) -> (B, T, C, H, W)
        x = x[:, 0].transpose(1, 2)
    count = count_flops(model, lambda: model(x, mode='tensor', stage='head'))
    assert count.macs / 1e9 == pytest.approx(published, rel=0.01)
