import importlib.metadata
import subprocess
import sys

import numpy as np
import pytest

from mmgesture import compat


def test_versions_of_this_environment_are_accepted():
    compat.check_versions()


@pytest.mark.parametrize('version', ['1.13.1', '2.0.1', '2.14.0', '3.0'])
def test_torch_out_of_range_says_what_to_install(monkeypatch, version):
    real = importlib.metadata.version
    monkeypatch.setattr(
        compat.metadata, 'version',
        lambda name: version if name == 'torch' else real(name))
    with pytest.raises(ImportError) as caught:
        compat.check_versions()
    message = str(caught.value)
    assert f'{version} is installed' in message
    assert 'pip install "torch>=2.1,<2.14"' in message


@pytest.mark.parametrize('version', ['2.1.0', '2.13.0+cpu', '2.13.9'])
def test_torch_in_range_is_accepted(monkeypatch, version):
    real = importlib.metadata.version
    monkeypatch.setattr(
        compat.metadata, 'version',
        lambda name: version if name == 'torch' else real(name))
    compat.check_versions()


def test_missing_package_says_what_to_install(monkeypatch):
    def version(name):
        if name in ('mmcv', 'mmcv-lite'):
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    real = importlib.metadata.version
    monkeypatch.setattr(compat.metadata, 'version', version)
    with pytest.raises(ImportError, match='none is installed.*mmcv-lite'):
        compat.check_versions()


def test_full_mmcv_is_as_good_as_mmcv_lite(monkeypatch):
    def version(name):
        if name == 'mmcv-lite':
            raise importlib.metadata.PackageNotFoundError(name)
        return '2.1.0' if name == 'mmcv' else real(name)

    real = importlib.metadata.version
    monkeypatch.setattr(compat.metadata, 'version', version)
    compat.check_versions()


def test_second_application_repairs_nothing():
    compat.apply()
    assert compat.apply() == []


def test_numpy_names_are_back_and_mean_what_they_meant():
    compat.repair_numpy()
    assert np.Inf == np.inf
    assert np.trapz([1., 3.], [0., 2.]) == 4.
    assert np.in1d([1, 2], [2, 3]).tolist() == [False, True]


def test_present_numpy_names_are_left_alone(monkeypatch):
    marker = object()
    monkeypatch.setattr(np, 'Inf', marker, raising=False)
    assert 'numpy.Inf' not in compat.repair_numpy()
    assert np.Inf is marker


def test_missing_importlib_metadata_is_replaced(monkeypatch):
    name = 'importlib_metadata'
    monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(compat.importlib.util, 'find_spec', lambda _: None)
    assert compat.repair_importlib_metadata() == [name]
    assert sys.modules.pop(name) is importlib.metadata


def test_drn_stand_in_is_used_only_where_the_folder_is_missing(
        monkeypatch, tmp_path):
    for name in list(sys.modules):
        if name.startswith(compat._DRN):
            monkeypatch.delitem(sys.modules, name)
    (tmp_path / 'models/localizers/drn').mkdir(parents=True)
    (tmp_path / 'models/localizers/drn/__init__.py').write_text('')

    class Spec:
        submodule_search_locations = [str(tmp_path)]

    monkeypatch.setattr(compat.importlib.util, 'find_spec', lambda _: Spec)
    assert compat.repair_missing_drn() == []


def test_drn_stand_in_says_what_is_missing():
    from mmaction.models.localizers import DRN
    with pytest.raises(ImportError, match='missing from the PyPI wheel'):
        DRN(num_classes=2)


def test_tsm_and_swin_build_without_a_checkpoint():
    from mmaction.registry import MODELS
    tsm = MODELS.build(
        dict(type='ResNetTSM', depth=18, num_segments=8, pretrained=None))
    tsm.init_weights()
    swin = MODELS.build(
        dict(
            type='SwinTransformer3D',
            arch=dict(
                embed_dims=12,
                depths=[1],
                num_heads=[1]),
            window_size=(2, 2, 2),
            pretrained=None,
            out_indices=(0, )))
    swin.init_weights()
    assert not tsm.pretrained2d and not swin.pretrained2d


def test_import_prints_no_warning_of_the_host_and_stays_quiet():
    done = subprocess.run(
        [sys.executable, '-c', 'import mmgesture'],
        capture_output=True,
        text=True,
        check=True)
    assert 'MultiScaleDeformableAttention' not in done.stderr
    assert done.stdout == ''


def test_head_takes_bfloat16_scores():
    import torch
    from mmaction.models import I3DHead
    from mmaction.structures import ActionDataSample
    compat.repair_bfloat16_heads()
    head = I3DHead(num_classes=3, in_channels=2)
    scores = torch.tensor([[0., 4., 0.], [4., 0., 0.]], requires_grad=True)
    samples = [ActionDataSample().set_gt_label(i) for i in (1, 1)]
    losses = head.loss_by_feat(scores.bfloat16(), samples)
    assert losses['top1_acc'] == 0.5
    assert losses['loss_cls'].dtype == torch.float32
    losses['loss_cls'].backward()
    assert scores.grad.any()
