import cv2
import numpy as np
import pytest

from mmgesture.datasets.modalities.flow import (DISFlow, FarnebackFlow,
                                                last_repeated)
from mmgesture.datasets.modalities.flow_raft import RAFTFlow


def moving_square(length=3):
    """A textured square that moves two pixels to the right per frame."""
    # both have texture: nobody can see how a blank wall moves
    room = np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)
    room = cv2.GaussianBlur(room, (0, 0), 1.5)
    texture = room[:40, :40].copy()
    frames = np.repeat(room[None], length, 0)
    for t in range(length):
        frames[t, 30:70, 40 + 2 * t:80 + 2 * t] = texture
    return frames


@pytest.mark.parametrize('method', [DISFlow(), FarnebackFlow()])
def test_square_moves_by_two_pixels(method):
    flow = method(moving_square())
    assert flow.shape == (2, 96, 128, 2) and flow.dtype == np.float32
    inside = flow[:, 40:60, 52:70]
    assert np.allclose(inside, (2, 0), atol=.1)
    assert np.abs(flow[:, :10]).max() < .2


@pytest.mark.parametrize('method', [DISFlow(), FarnebackFlow()])
def test_single_and_tiny_frames_have_a_flow(method):
    assert method(moving_square(1)).shape == (0, 96, 128, 2)
    assert method(np.zeros((2, 5, 7, 3), np.uint8)).shape == (1, 5, 7, 2)


def test_last_frame_repeats_the_flow_before_it():
    flow = np.arange(8, dtype=np.float32).reshape(2, 1, 2, 2)
    full = last_repeated(flow, 3, (1, 2))
    assert (full[:2] == flow).all() and (full[2] == flow[1]).all()
    single = last_repeated(flow[:0], 1, (1, 2))
    assert single.shape == (1, 1, 2, 2) and not single.any()


def test_unknown_settings_are_refused():
    with pytest.raises(ValueError, match='preset'):
        DISFlow('slow')
    with pytest.raises(ValueError, match='size'):
        RAFTFlow('w.pth', 'huge')


def test_raft_says_what_is_missing(tmp_path):
    try:
        import torchvision.models.optical_flow  # noqa: F401
        kind = FileNotFoundError
    except Exception:  # absent, or made for another torch
        kind = ImportError
    with pytest.raises(kind):
        RAFTFlow(str(tmp_path / 'absent.pth')).build()
