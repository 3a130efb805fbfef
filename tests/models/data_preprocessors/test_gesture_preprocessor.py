import pytest
import torch

from mmgesture.models.data_preprocessors import GestureDataPreprocessor


def batch(num=2, views=1):
    torch.manual_seed(0)
    return dict(
        inputs=[
            torch.randint(0, 256, (views, 3, 4, 5, 6), dtype=torch.uint8)
            for _ in range(num)
        ],
        data_samples=[None] * num)


def test_without_subtraction_it_is_the_stock_preprocessor():
    preprocessor = GestureDataPreprocessor([10., 20., 30.], [2., 3., 4.])
    data = batch()
    out = preprocessor(data)['inputs']
    mean = torch.tensor([10., 20., 30.]).view(3, 1, 1, 1)
    std = torch.tensor([2., 3., 4.]).view(3, 1, 1, 1)
    expected = (torch.stack(batch()['inputs']).float() - mean) / std
    assert out.shape == (2, 1, 3, 4, 5, 6)
    assert torch.allclose(out, expected)


def test_subtraction_takes_each_clips_own_mean_per_pixel():
    options = dict(mean=[10.] * 3, std=[2.] * 3)
    plain = GestureDataPreprocessor(**options)(batch(views=2))['inputs']
    out = GestureDataPreprocessor(
        subtract_clip_mean=True, **options)(batch(views=2))['inputs']
    expected = plain - plain.mean(3, keepdim=True)
    assert torch.allclose(out, expected, atol=1e-5)
    assert out.mean(3).abs().max() < 1e-4


def test_what_does_not_move_vanishes():
    data = dict(
        inputs=[torch.full((1, 3, 4, 5, 6), 77, dtype=torch.uint8)],
        data_samples=[None])
    out = GestureDataPreprocessor(subtract_clip_mean=True)(data)['inputs']
    assert out.abs().max() == 0


def test_subtraction_needs_the_frames_axis():
    with pytest.raises(ValueError, match='NCTHW'):
        GestureDataPreprocessor(format_shape='NCHW', subtract_clip_mean=True)


def test_frames_become_the_segments_of_a_2d_recognizer():
    options = dict(mean=[10., 20., 30.], std=[2., 3., 4.])
    clips = GestureDataPreprocessor(**options)(batch(num=3))['inputs']
    out = GestureDataPreprocessor(
        frames_as_segments=True, **options)(batch(num=3))['inputs']
    assert out.shape == (3, 4, 3, 5, 6)
    for frame in range(4):
        assert torch.equal(out[:, frame], clips[:, 0, :, frame])
    assert out.is_contiguous()


def test_several_clips_of_a_test_follow_one_another():
    clips = GestureDataPreprocessor()(batch(views=2))['inputs']
    out = GestureDataPreprocessor(frames_as_segments=True)(
        batch(views=2))['inputs']
    assert out.shape == (2, 2 * 4, 3, 5, 6)
    assert torch.equal(out[:, 5], clips[:, 1, :, 1])


def test_several_clips_cannot_be_segments_in_training():
    preprocessor = GestureDataPreprocessor(frames_as_segments=True)
    with pytest.raises(ValueError, match='one clip per sample .* got 2'):
        preprocessor(batch(views=2), training=True)


def test_input_size_resizes_every_frame_by_itself():
    data = dict(
        inputs=[torch.randint(0, 256, (1, 3, 4, 20, 20), dtype=torch.uint8)],
        data_samples=[None])
    clip = data['inputs'][0].float()
    options = dict(mean=[10.] * 3, std=[2.] * 3)
    out = GestureDataPreprocessor(input_size=10, **options)(data)['inputs']
    assert out.shape == (1, 1, 3, 4, 10, 10)
    for frame in range(4):
        expected = torch.nn.functional.interpolate(
            clip[:, :, frame], (10, 10), mode='bilinear', antialias=True)
        assert torch.allclose(
            out[0, :, :, frame], (expected - 10) / 2, atol=1e-4)


def test_antialiasing_averages_what_would_flicker():
    # Stripes of one pixel: without antialiasing a factor of 4 picks from
    # two neighbours, with it the grey that the eye sees is left.
    stripes = torch.zeros(1, 3, 2, 40, 40, dtype=torch.uint8)
    stripes[..., ::2] = 200
    out = GestureDataPreprocessor(input_size=10)(dict(
        inputs=[stripes], data_samples=[None]))['inputs']
    assert (out[..., 1:-1] - 100).abs().max() < 4


def test_input_of_the_wished_size_is_left_alone():
    data = dict(
        inputs=[torch.randint(0, 256, (1, 3, 2, 8, 8), dtype=torch.uint8)],
        data_samples=[None])
    expected = data['inputs'][0].float()
    out = GestureDataPreprocessor(input_size=8)(data)['inputs']
    assert torch.equal(out[0], expected)


@pytest.mark.parametrize('option', [
    dict(frames_as_segments=True),
    dict(input_size=112),
])
def test_layout_and_size_need_the_frames_axis(option):
    with pytest.raises(ValueError, match=next(iter(option))):
        GestureDataPreprocessor(format_shape='NCHW', **option)


def test_input_size_must_be_positive():
    with pytest.raises(ValueError, match='positive'):
        GestureDataPreprocessor(input_size=0)


def test_resizing_comes_before_the_layout():
    data = dict(
        inputs=[torch.zeros(1, 3, 4, 20, 20, dtype=torch.uint8)] * 2,
        data_samples=[None] * 2)
    out = GestureDataPreprocessor(
        frames_as_segments=True, input_size=10)(data)['inputs']
    assert out.shape == (2, 4, 3, 10, 10)
