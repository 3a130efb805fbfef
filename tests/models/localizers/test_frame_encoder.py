import pytest
import torch

from mmgesture.models.localizers import FrameEncoder


def make(**options):
    torch.manual_seed(0)
    return FrameEncoder((16, 24), 10, channels=(8, 8), out_channels=12,
                        **options).eval()


def frames(batch=2, number=9):
    generator = torch.Generator().manual_seed(0)
    return 255 * torch.rand(batch, 3, number, 16, 24, generator=generator)


def along(encoder, x, sizes):
    state, outputs = encoder.start(x), []
    for part in x.split(sizes, 2):
        y, state = encoder.chunk(part, state)
        outputs.append(y)
    return torch.cat(outputs, 1), state


@pytest.mark.parametrize('sizes', [[1] * 9, [2, 7], [5, 1, 3]])
def test_pieces_equal_the_whole_with_every_gradient(sizes):
    encoder, x = make(), frames()
    whole, pieces = (along(encoder, x, s)[0] for s in ([9], sizes))
    assert whole.shape == (2, 9, 12)
    torch.testing.assert_close(pieces, whole, atol=1e-5, rtol=1e-4)
    weight = torch.randn_like(whole)
    for a, b in zip(*(torch.autograd.grad((y * weight).sum(),
                                          encoder.parameters())
                      for y in (whole, pieces))):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-3)


def test_a_frame_is_its_differences_to_the_last_one_and_to_the_mean():
    encoder, x = make(), frames(1, 3) / 255
    seen = []
    encoder.stages.register_forward_pre_hook(
        lambda module, inputs: seen.append(inputs[0]))
    along(encoder, x * 255, [3])
    a, share = x[0].unbind(1), encoder.share
    mean = a[0] + share * (a[1] - a[0])  # after the second frame
    torch.testing.assert_close(seen[0][0], torch.zeros(6, 16, 24))
    torch.testing.assert_close(
        seen[0][1], torch.cat([a[1] - a[0], a[1] - a[0]]))
    torch.testing.assert_close(seen[0][2],
                               torch.cat([a[2] - a[1], a[2] - mean]))


def test_a_still_picture_says_nothing_whatever_it_shows():
    encoder = make()
    outputs = [
        along(encoder, picture.expand(1, 3, 5, 16, 24), [5])[0]
        for picture in (torch.zeros(1, 3, 1, 1, 1),
                        200 * torch.rand(1, 3, 1, 16, 24))
    ]
    torch.testing.assert_close(*outputs)


def test_frames_after_it_do_not_change_a_step():
    encoder, x = make(), frames()
    before = along(encoder, x, [9])[0][:, :5]
    x[:, :, 5:] = 0
    torch.testing.assert_close(along(encoder, x, [9])[0][:, :5], before)


def test_the_state_does_not_keep_the_frames():
    state = along(make(), frames(1, 9), [9])[1]
    for tensor in state:
        assert tensor.untyped_storage().nbytes() == 3 * 16 * 24 * 4


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match='multiples of 4'):
        FrameEncoder((16, 22), 10, channels=(8, 8))
    with pytest.raises(ValueError, match='expected frames of'):
        along(make(), torch.zeros(1, 3, 2, 16, 16), [2])
