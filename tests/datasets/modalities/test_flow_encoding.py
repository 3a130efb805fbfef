import numpy as np
import pytest

from mmgesture.datasets.modalities.flow_encoding import (decode_color_wheel,
                                                         decode_uvm,
                                                         encode_color_wheel,
                                                         encode_uvm,
                                                         mirror_flow_image)


def some_flow(bound):
    flow = np.random.default_rng(0).uniform(-bound, bound, (40, 50, 2))
    long = np.maximum(np.hypot(flow[..., 0], flow[..., 1]) / bound, 1)
    return (flow / long[..., None]).astype(np.float32)


def test_uvm_by_hand():
    flow = np.array([[[0, 0], [20, -20], [-40, 10]]], np.float32)
    assert encode_uvm(flow, 20).tolist() == [[[128, 128, 0], [255, 1, 255],
                                              [1, 192, 255]]]


def test_uvm_comes_back_within_half_a_level():
    flow = some_flow(20)
    error = np.abs(decode_uvm(encode_uvm(flow, 20), 20) - flow)
    assert error.max() <= 20 / 254 + 1e-5


def test_wheel_by_hand():
    flow = np.array([[[0, 0], [1, 0], [-1, 0]]], np.float32)
    white, right, left = encode_color_wheel(flow, 1)[0].tolist()
    assert white == [255, 255, 255]
    assert right == [255, 0, 0]  # red, as in Baker et al.
    assert left[0] < 90 and left[1] > 150  # between green and blue


def test_wheel_comes_back_within_a_hundredth():
    flow = some_flow(1)
    error = decode_color_wheel(encode_color_wheel(flow, 1)) - flow
    assert np.hypot(error[..., 0], error[..., 1]).max() < .01


def test_wheel_without_bound_fills_every_frame():
    flow = np.stack([some_flow(1), 9 * some_flow(1)])
    first, second = encode_color_wheel(flow)
    assert np.abs(first.astype(int) - second).max() <= 1
    assert (encode_color_wheel(np.zeros((2, 3, 2))) == 255).all()


@pytest.mark.parametrize('axis,channel', [('horizontal', 0), ('vertical', 1)])
def test_mirrored_picture_is_the_picture_of_the_mirrored_video(axis, channel):
    flow = some_flow(1)
    mirrored = np.flip(flow, 1 - channel).copy()
    mirrored[..., channel] *= -1
    image = mirror_flow_image(encode_uvm(flow, 1), 'uvm', axis)
    assert np.abs(image.astype(int) - encode_uvm(mirrored, 1)).max() <= 1
    image = mirror_flow_image(
        encode_color_wheel(flow, 1), 'color_wheel', axis)
    error = np.abs(image.astype(int) - encode_color_wheel(mirrored, 1))
    # only where an angle of pi meets one of -pi
    assert (error > 6).mean() < 1e-2


def test_no_motion_stays_no_motion_when_mirrored():
    still = encode_uvm(np.zeros((4, 6, 2)), 20)
    assert (mirror_flow_image(still) == still).all()


def test_wrong_input_is_refused():
    flow = np.zeros((4, 6, 2))
    for call in (lambda: encode_uvm(flow, 0), lambda: encode_uvm(flow[0]),
                 lambda: encode_color_wheel(flow, -1),
                 lambda: mirror_flow_image(flow, 'hsv'),
                 lambda: mirror_flow_image(flow, axis='both')):
        with pytest.raises(ValueError, match='expected'):
            call()
