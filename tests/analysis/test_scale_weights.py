import csv

import numpy as np
import pytest
import torch
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope

from mmgesture.analysis.scale_weights import (ScaleWeights,
                                              collect_scale_weights,
                                              require_aswm,
                                              write_scale_weights)
from mmgesture.apis import MicroGestureInferencer, PreflightError
from mmgesture.engine import CheckpointError
from mmgesture.registry import MODELS
from mmgesture.engine.checkpoint import save_checkpoint
from mmgesture.testing import (TINY_CLASSES, tiny_config, write_tiny_model,
                               write_tiny_set)


@pytest.fixture(scope='module')
def weighed(tmp_path_factory):
    """Config and checkpoint of a model with ASWM, and a data root."""
    root = tmp_path_factory.mktemp('weighed')
    write_tiny_set(root / 'data', (1, 1, 5))
    config = tiny_config()
    config.model.necks = [
        dict(type='MCFM', in_channels=16, windows=(3, 5)),
        dict(type='ASWM', in_channels=16, num_scales=2)
    ]
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(config.model)
    for parameter in model.neck[1].parameters():
        torch.nn.init.normal_(parameter)
    config.dump(str(root / 'c.py'))
    save_checkpoint(
        dict(meta=dict(classes=list(TINY_CLASSES)),
             state_dict=model.state_dict()), root / 'c.pth')
    return str(root / 'c.py'), str(root / 'c.pth'), str(root / 'data')


def test_weights_are_the_mean_alpha_of_every_clip(weighed):
    config, checkpoint, root = weighed
    found = collect_scale_weights(config, checkpoint, root)
    assert found.sample_ids == [f'test_0{i}' for i in range(5)]
    assert found.labels.tolist() == [0, 1, 2, 0, 1]
    assert found.scales == ['win@3×3×3', 'win@5×5×5']
    assert found.classes == list(TINY_CLASSES)
    np.testing.assert_allclose(found.weights.sum(1), 1, atol=1e-6)
    # the last batch holds one clip; it must be as the others
    infer = MicroGestureInferencer(config, checkpoint)
    for index in (0, 4):
        batch = [infer._prepare(f'{root}/test_0{index}.mp4', None, None)]
        data = infer.model.data_preprocessor(pseudo_collate(batch))
        alpha = infer.model.scale_weights(data['inputs'])
        np.testing.assert_allclose(
            found.weights[index], alpha[0].mean((1, 2, 3)), rtol=1e-5)


def test_split_is_chosen_and_progress_sees_every_batch(weighed):
    seen = []

    def progress(batches, total):
        seen.append(total)
        return batches

    found = collect_scale_weights(*weighed, split='val', progress=progress)
    assert found.sample_ids == ['val_00'] and seen == [1]


def test_unreadable_clips_are_left_out_and_counted(weighed, tmp_path):
    write_tiny_set(tmp_path, (1, 1, 2))
    (tmp_path / 'test_00.mp4').write_bytes(b'no video')
    found = collect_scale_weights(*weighed[:2], str(tmp_path))
    assert found.sample_ids == ['test_01'] and found.unreadable == 1


def test_model_without_aswm_is_refused_with_the_necks_it_has(weighed,
                                                             tmp_path):
    config, checkpoint = write_tiny_model(tmp_path)
    with pytest.raises(ValueError,
                       match='tiny.py.*ASWM.*got the necks MCFM, ScaleMean'):
        collect_scale_weights(config, checkpoint, weighed[2])
    with pytest.raises(ValueError, match='got no neck'):
        require_aswm(torch.nn.Linear(1, 1))


def test_checkpoint_of_another_model_and_missing_data_are_errors(
        weighed, tmp_path):
    config, checkpoint, root = weighed
    _, other = write_tiny_model(tmp_path)
    with pytest.raises(CheckpointError, match='does not fit'):
        collect_scale_weights(config, other, root)
    with pytest.raises(PreflightError, match='no annotation file'):
        collect_scale_weights(config, checkpoint, str(tmp_path))


def test_other_classes_of_the_data_are_refused(weighed, tmp_path):
    write_tiny_set(tmp_path, (1, 1, 1), classes=('still', 'up', 'down'))
    with pytest.raises(PreflightError, match='other classes'):
        collect_scale_weights(*weighed[:2], str(tmp_path))


def table():
    return ScaleWeights(['a', 'b', 'c', 'd'], np.array([0, 0, 2, -1]),
                        np.array([[.2, .8], [.4, .6], [.5, .5], [1., 0.]]),
                        ['x', 'y', 'z'], ['s', 't'])


def test_class_means_and_spreads_are_those_worked_by_hand():
    found = table().by_class()
    assert found.clips.tolist() == [2, 0, 1]
    np.testing.assert_allclose(
        found.mean, [[.3, .7], [np.nan] * 2, [.5, .5]])
    # sqrt((0.1^2 + 0.1^2) / (2 - 1))
    np.testing.assert_allclose(
        found.spread, [[.02**.5] * 2, [np.nan] * 2, [np.nan] * 2])


def test_csv_leaves_empty_what_is_not_known(tmp_path):
    write_scale_weights(tmp_path / 's.csv', table())
    with open(tmp_path / 's.csv', newline='') as file:
        rows = list(csv.reader(file))
    assert rows[0] == ['index', 'class', 'clips', 'mean s', 'std s', 'mean t',
                       'std t']
    assert rows[1] == ['0', 'x', '2', '0.300000', '0.141421', '0.700000',
                       '0.141421']
    assert rows[2] == ['1', 'y', '0', '', '', '', '']
    assert rows[3] == ['2', 'z', '1', '0.500000', '', '0.500000', '']
