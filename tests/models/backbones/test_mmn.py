import json

import numpy as np
import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.registry import DefaultScope

from mmgesture.models.backbones.mmn import MMN, MODES
from mmgesture.registry import MODELS

SMALL = dict(num_points=5, num_frames=16, embed_dims=16, depths=(1, 1, 1),
             num_heads=2)


def clip(batch=2, points=5, frames=16, persons=1, channels=2):
    x = torch.randn(batch, persons, frames, points, channels)
    time = torch.linspace(-1, 1, frames).view(1, 1, -1, 1, 1)
    return torch.cat((x, time.expand(x.shape[:4] + (1, ))), dim=-1)


@pytest.fixture(scope='module')
def official(golden):
    """Clips, logits, weights of the released code."""
    with np.load(golden / 'mmn_small.npz') as file:
        data = {k: torch.from_numpy(file[k]) for k in file.files}
    # (N, C, T, V, M) -> (N, M, T, V, C)
    x = data['input'].permute(0, 4, 2, 3, 1)
    time = data['index_t'][:, None, :, None, None].expand(x.shape[:4] + (1, ))
    state = {k[6:]: v for k, v in data.items() if k.startswith('param/')}
    head = state.pop('head.weight'), state.pop('head.bias')
    return torch.cat((x, time), dim=-1), data['logits'], state, head


def logits_of(official, **options):
    x, _, state, (weight, bias) = official
    model = MMN(embed_dims=32, depths=(1, 1, 1, 1), **options).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model(x).mean((1, 3, 4)) @ weight.t() + bias


def test_official_mode_gives_the_logits_of_the_released_code(official):
    torch.testing.assert_close(
        logits_of(official, compat='official'), official[1],
        rtol=0, atol=1e-6)


def test_golden_logits_tell_what_is_fused_and_a_graph_from_its_transpose(
        official):
    # The golden adjacency of MSM is the identity and its norms are near it,
    # so the other two switches need the slow references of the layers.
    x, logits, state, head = official
    changed = logits_of(official, compat='official', fuse='modulated')
    assert (changed - logits).abs().max() > 1e-3
    turned = {
        k: v.transpose(-1, -2) if k.endswith('gconv') else v
        for k, v in state.items()
    }
    other = logits_of((x, logits, turned, head), compat='official')
    assert (other - logits).abs().max() > 5e-5


def test_every_switch_of_the_paper_changes_a_trained_model():
    torch.manual_seed(0)
    model = MMN(compat='official', **SMALL).eval()
    state = {
        k: v if not v.is_floating_point() else v + .3 * torch.rand_like(v)
        for k, v in model.state_dict().items()
    }
    model.load_state_dict(state)
    x = clip()
    with torch.no_grad():
        before = model(x)
        for switch, value in MODES['paper'].items():
            other = MMN(compat='official', **{switch: value}, **SMALL).eval()
            other.load_state_dict(state)
            assert (other(x) - before).abs().max() > 1e-4, switch


@pytest.mark.parametrize('compat', sorted(MODES))
@pytest.mark.parametrize('name, points, classes, size', [
    ('mmn_imigue', 22, 32, 1234014), ('mmn_ma52', 44, 52, 1325186)])
def test_names_shapes_and_size_are_those_of_the_public_weights(
        golden, compat, name, points, classes, size):
    keys = json.loads((golden / 'mmn_checkpoint_keys.json').read_text())[name]
    with torch.device('meta'):
        model = MMN(num_points=points, compat=compat)
    own = {k: list(v.shape) for k, v in model.state_dict().items()}
    own.update({'head.weight': [classes, 96], 'head.bias': [classes]})
    assert own == keys
    assert sum(p.numel() for p in model.parameters()) + 97 * classes == size


@pytest.mark.parametrize('batch', [1, 2, 3])
@pytest.mark.parametrize('frames', [4, 16, 20])
def test_shape_for_any_batch_and_length(batch, frames):
    model = MMN(**SMALL).eval()
    x = clip(batch, frames=frames)
    out = model(x)
    assert out.shape == (batch, 1, 16, frames // 4, 5)
    torch.testing.assert_close(out[:1], model(x[:1]))


def test_persons_are_folded_into_the_joints():
    model = MMN(num_persons=2, **SMALL).eval()
    x = clip(persons=2)
    assert model(x).shape == (2, 1, 16, 4, 10)
    swapped = model(x.flip(1))
    assert not torch.allclose(model(x), swapped)  # places have embeddings


def test_times_of_the_frames_are_seen():
    model = MMN(**SMALL).eval()
    x = clip()
    other = x.clone()
    other[..., -1] *= .5
    assert not torch.allclose(model(x), model(other))


def test_learned_embedding_takes_no_time():
    model = MMN(time_index=False, **SMALL).eval()
    assert model.STPE.shape == (1, 16, 16, 5)
    assert model(clip()[..., :2]).shape == (2, 1, 16, 4, 5)
    with pytest.raises(ValueError, match='expected clips'):
        model(clip(frames=8)[..., :2])


@pytest.mark.parametrize('shape, hint', [
    ((2, 1, 16, 5, 2), 'the time is missing'), ((2, 1, 16, 4, 3), 'got'),
    ((2, 1, 15, 5, 3), 'multiple of 4'), ((2, 2, 16, 5, 3), 'got'),
    ((1, 16, 5, 3), 'got'), ((2, 1, 0, 5, 3), 'got')])
def test_a_clip_that_does_not_fit_is_told(shape, hint):
    with pytest.raises(ValueError, match=hint):
        MMN(**SMALL)(torch.zeros(shape))


def test_wrong_options_are_told():
    with pytest.raises(ValueError, match="compat expected .*'paper'"):
        MMN(compat='code')
    with pytest.raises(ValueError, match='num_frames=60'):
        MMN(num_frames=60)


def test_stochastic_depth_grows_from_nothing():
    model = MMN(drop_path_rate=.3, **SMALL)
    rates = [s.blocks[0].drop_path.drop_prob for s in model.MFM]
    assert rates == pytest.approx([0., .15, .3])


@pytest.mark.parametrize('compat', sorted(MODES))
def test_every_parameter_learns_in_the_recognizer_of_mmaction2(compat):
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(
            dict(
                type='RecognizerGCN',
                data_preprocessor=dict(type='ActionDataPreprocessor'),
                backbone=dict(type='MMN', compat=compat, **SMALL),
                cls_head=dict(
                    type='GCNHead', num_classes=3, in_channels=16,
                    dropout=.1, label_smooth_eps=.1, init_cfg=None)))
    model.init_weights()
    data = dict(
        inputs=list(clip(3).unsqueeze(1)),  # each (num_clips, M, T, V, C)
        data_samples=[ActionDataSample().set_gt_label(i) for i in range(3)])
    model.train()
    model.backbone.apply(
        lambda m: setattr(m, 'drop_prob', 0.)
        if type(m).__name__ == 'DropPath' else None)
    batch = model.data_preprocessor(data, True)
    model(**batch, mode='loss')['loss_cls'].backward()
    silent = [n for n, p in model.named_parameters() if p.grad is None]
    assert not silent
    model.eval()
    with torch.no_grad():
        samples = model(**batch, mode='predict')
    for sample in samples:
        assert sample.pred_score.sum().item() == pytest.approx(1, abs=1e-5)
