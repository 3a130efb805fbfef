import pytest
import torch
from torch import nn

from mmgesture.models.backbones import GestureResNetTSM, MANet
from mmgesture.models.convert import (convert_manet_checkpoint,
                                      convert_manet_state)
from mmgesture.models.heads import MANetHead

DEPTH = 18


def official(depth=DEPTH, classes=5, device='cpu'):
    """The official recognizer's weights, its dead ones included."""
    torch.manual_seed(0)
    with torch.device(device):
        backbone = MANet(depth=depth, num_segments=8)
        head = MANetHead(classes, in_channels=backbone.feat_dim)
        model = nn.ModuleDict(dict(backbone=backbone, cls_head=head))
        state = {}
        for name, value in model.state_dict().items():
            name = name.replace('se.squeeze', 'fcce.0')
            state[name.replace('se.expand', 'fcce.2')] = value
            if name.endswith('.net.weight'):
                c = value.shape[1]
                r = c // 4
                place = name[:-len('net.weight')]
                state[f'{place}action_p2_squeeze.weight'] = torch.zeros(
                    r, c, 1, 1)
                state[f'{place}action_p2_conv1.weight'] = torch.zeros(r, r, 3)
                state[f'{place}action_p2_expand.weight'] = torch.zeros(
                    c, r, 1, 1)
    return model, state


@pytest.fixture(scope='module')
def small():
    return official()


def test_sizes_at_full_depth_are_the_references():
    for classes, size in ((52, 43235676), (32, 43194696)):
        _, state = official(50, classes, 'meta')
        parameters = sum(
            v.numel() for k, v in state.items()
            if 'running' not in k and 'num_batches' not in k)
        assert parameters == size


def test_dead_weights_are_left_out_and_all_else_is_kept(small):
    model, state = small
    result, report = convert_manet_state(state, depth=DEPTH)
    own = model.state_dict()
    assert set(result) == set(own)
    assert all(torch.equal(result[name], own[name]) for name in own)
    assert len(report.dead) == 3 * 8 and report.num_classes == 5
    assert all('action_p2' in name for name in report.dead)
    total = sum(p.numel() for p in model.parameters())
    assert report.parameters == total
    squares = sum(m.net.in_channels**2 for m in model.modules()
                  if hasattr(m, 'se'))
    assert report.dead_parameters == 11 * squares // 16


def test_prefix_of_data_parallel_is_cut(small):
    model, state = small
    state = {f'module.{name}': value for name, value in state.items()}
    result, _ = convert_manet_state(state, depth=DEPTH)
    assert set(result) == set(model.state_dict())


def test_a_converted_state_converts_to_itself(small):
    once, _ = convert_manet_state(small[1], depth=DEPTH)
    twice, report = convert_manet_state(once, depth=DEPTH)
    assert list(twice) == list(once) and report.dead == []


def test_a_tsm_is_refused():
    state = {
        f'backbone.{k}': v
        for k, v in GestureResNetTSM(depth=DEPTH).state_dict().items()
    }
    state['cls_head.fc_cls.weight'] = torch.zeros(5, 512)
    state['cls_head.fc_cls.bias'] = torch.zeros(5)
    with pytest.raises(ValueError, match=r'tsm.pth is no MA-Net .*missing'):
        convert_manet_state(state, 'tsm.pth', DEPTH)


def test_other_models_are_refused(small):
    with pytest.raises(ValueError, match='no cls_head.fc_cls.weight'):
        convert_manet_state(dict(a=torch.zeros(1)))
    _, state = small
    with pytest.raises(ValueError, match='ResNet-50'):
        convert_manet_state(state)
    more = dict(state, extra=torch.zeros(1))
    with pytest.raises(ValueError, match=r"unknown, first \['extra'\]"):
        convert_manet_state(more, depth=DEPTH)
    odd = dict(state)
    odd['cls_head.fc_emb.weight'] = torch.zeros(100, 512)
    with pytest.raises(ValueError, match=r'\(100, 512\) in the file'):
        convert_manet_state(odd, depth=DEPTH)


def test_the_file_fills_model_and_encoder(small, tmp_path):
    model, state = small
    source, out = tmp_path / 'official.pth', str(tmp_path / 'out.pth')
    torch.save(dict(state_dict=state, meta=dict(epoch=40)), source)
    convert_manet_checkpoint(source, out, 'abcde', DEPTH)
    content = torch.load(out, weights_only=True)
    assert content['meta']['classes'] == list('abcde')
    model.load_state_dict(content['state_dict'])
    # the encoder alone starts from either file
    for path in (out, str(source)):
        encoder = MANet(
            depth=DEPTH, init_cfg=dict(type='Pretrained', checkpoint=path))
        encoder.init_weights()
        own = encoder.state_dict()
        for name, value in model['backbone'].state_dict().items():
            assert torch.equal(own[name], value), name


def test_wrong_number_of_names_writes_nothing(small, tmp_path):
    source, out = tmp_path / 'official.pth', tmp_path / 'out.pth'
    torch.save(small[1], source)
    with pytest.raises(ValueError, match='5 classes, got 2 names'):
        convert_manet_checkpoint(source, out, ('a', 'b'), DEPTH)
    assert not out.exists()
