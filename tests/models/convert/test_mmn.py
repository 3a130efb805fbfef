import json

import pytest
import torch

from mmgesture.models.backbones.mmn import MMN
from mmgesture.models.convert import (convert_mmn_checkpoint,
                                      convert_mmn_state)


def official(classes=3):
    torch.manual_seed(0)
    model = MMN(num_points=5, embed_dims=16, depths=(1, 2), num_heads=2)
    state = {k: v.clone() for k, v in model.state_dict().items()}
    state['head.weight'] = torch.randn(classes, 16)
    state['head.bias'] = torch.randn(classes)
    return state


@pytest.mark.parametrize('name, points, classes, size', [
    ('mmn_imigue', 22, 32, 1234014), ('mmn_ma52', 44, 52, 1325186)])
def test_public_names_convert_and_sizes_are_read_off(golden, name, points,
                                                     classes, size):
    keys = json.loads((golden / 'mmn_checkpoint_keys.json').read_text())[name]
    torch.manual_seed(0)
    state = {k: torch.rand(v) for k, v in keys.items()}
    result, report = convert_mmn_state(state)
    assert report.to_dict() == dict(
        num_classes=classes, num_points=points, embed_dims=96,
        depths=[3, 3, 3, 3], num_heads=4, parameters=size)
    assert len(result) == len(state)
    for key, value in state.items():
        new = (key.replace('head.', 'cls_head.fc.')
               if key.startswith('head.') else f'backbone.{key}')
        assert torch.equal(result[new], value)


def test_converted_file_loads_without_unpickling(tmp_path):
    state = {f'module.{k}': v for k, v in official().items()}
    torch.save(state, tmp_path / 'in.pt')
    report = convert_mmn_checkpoint(
        tmp_path / 'in.pt', tmp_path / 'out.pth', ['a', 'b', 'c'])
    content = torch.load(tmp_path / 'out.pth', weights_only=True)
    assert content['meta']['classes'] == ['a', 'b', 'c']
    assert content['meta']['compat'] == 'official'
    assert report.depths == content['meta']['depths'] == [1, 2]
    model = MMN(num_points=5, embed_dims=16, depths=(1, 2), num_heads=2,
                compat='official')
    model.load_state_dict({
        k[9:]: v for k, v in content['state_dict'].items()
        if k.startswith('backbone.')
    })


def test_other_weights_are_refused():
    for change, message in (
            (lambda s: s.pop('head.weight'), 'lacks'),
            (lambda s: s.pop('fusion.res_conv.weight'), 'missing'),
            (lambda s: s.update(extra=torch.zeros(1)), 'unknown'),
            (lambda s: s.update(STPE=torch.zeros(1, 16, 8, 5)), 'time index'),
            (lambda s: s.update({'fusion.res_conv.bias': torch.zeros(2)}),
             'another shape')):
        state = official()
        change(state)
        with pytest.raises(ValueError, match=f'w.pt is no.*{message}'):
            convert_mmn_state(state, 'w.pt')


def test_wrong_number_of_class_names_is_told(tmp_path):
    torch.save(official(), tmp_path / 'in.pt')
    with pytest.raises(ValueError, match='3 classes, got 2 names'):
        convert_mmn_checkpoint(tmp_path / 'in.pt', tmp_path / 'o', ['a', 'b'])
    assert not (tmp_path / 'o').exists()
