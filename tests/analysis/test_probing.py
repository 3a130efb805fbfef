import numpy as np
import pytest
import torch

from mmgesture.analysis.probing import (class_index, find_module,
                                        prepare_clip, without_difference)
from mmgesture.apis import MicroGestureInferencer
from mmgesture.models.necks import ASWM, MCFM
from mmgesture.testing import write_tiny_model, write_tiny_video


@pytest.fixture(scope='module')
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp('tiny')
    write_tiny_video(folder / 'v.mp4', num_frames=20, size=(40, 52))
    return (MicroGestureInferencer(*write_tiny_model(folder)),
            str(folder / 'v.mp4'))


def test_frames_are_those_of_the_model_at_the_size_of_the_file(tiny):
    infer, video = tiny
    clip = prepare_clip(infer.pipeline, video, 4, 12)
    # four parts of two frames each
    assert len(clip.frame_inds) == 4 and np.diff(clip.frame_inds).min() > 0
    assert 4 <= clip.frame_inds.min() and clip.frame_inds.max() < 12
    seen = clip.packed['inputs'][0].permute(1, 2, 3, 0).numpy()  # T H W 3
    assert seen.shape == (4, 32, 32, 3)
    # 32 of the 34 rows that 40 are shrunk to, and as many columns
    height, width = clip.frames.shape[1:3]
    assert abs(height - 40 * 32 / 34) <= 1 and abs(width - height) <= 1
    small = torch.nn.functional.interpolate(
        torch.from_numpy(clip.frames).permute(0, 3, 1, 2).float(), (32, 32),
        mode='bilinear').permute(0, 2, 3, 1).numpy()
    error = np.abs(small - seen).mean()
    shifted = np.abs(np.roll(small, 3, axis=2) - seen).mean()
    assert error < 8 and error < shifted / 2


def test_absent_file_is_an_error(tiny):
    with pytest.raises(FileNotFoundError, match='no video at no.mp4'):
        prepare_clip(tiny[0].pipeline, 'no.mp4')


def test_class_is_found_by_name_and_a_missing_one_lists_all():
    assert class_index(['Still', 'left'], 'still') == 0
    with pytest.raises(ValueError, match="no class 'up'.*'Still', 'left'"):
        class_index(['Still', 'left'], 'up')


@pytest.mark.parametrize('motion_kernel', ['shared', 'independent'])
def test_without_difference_is_fusion_of_the_map_alone(motion_kernel):
    torch.manual_seed(0)
    mcfm = MCFM(4, (3, 5), motion_kernel=motion_kernel)
    x = torch.randn(2, 4, 5, 3, 3)
    trained = mcfm(x)[0]
    raw = mcfm.theta_raw.detach().clone()
    with without_difference(mcfm):
        assert mcfm.theta.tolist() == [0, 0]
        alone = mcfm(x)[0]
    for fusion, result in zip(mcfm.fusions, alone):
        inputs = (x, ) if motion_kernel == 'shared' else (
            x, torch.zeros_like(x))
        assert torch.equal(result, fusion(inputs))
    assert torch.equal(mcfm.theta_raw, raw)
    assert all(map(torch.equal, mcfm(x)[0], trained))


def test_theta_comes_back_after_an_error():
    mcfm = MCFM(4, (3, ))
    with pytest.raises(RuntimeError), without_difference(mcfm):
        raise RuntimeError
    assert mcfm.theta.tolist() == [0.5]


def test_model_without_theta_is_left_alone():
    mcfm = MCFM(4, (3, ), difference='none')
    with without_difference(mcfm):
        assert mcfm.theta is None


def test_module_is_found_by_its_kind(tiny):
    assert isinstance(find_module(tiny[0].model, MCFM), MCFM)
    assert find_module(tiny[0].model, ASWM) is None
