import pytest
import torch

from mmgesture.models.layers.selective_ssm import SelectiveSSM
from mmgesture.models.layers.streaming_ssm import StreamingSSM


def make():
    torch.manual_seed(0)
    mixer = StreamingSSM(16, d_state=4)
    for name, parameter in mixer.named_parameters():
        if 'proj.weight' in name:
            torch.nn.init.normal_(parameter, std=.3)
    return mixer


def along(mixer, h, sizes):
    state, outputs = mixer.start(len(h)), []
    for part in h.split(sizes, 1):
        y, state = mixer.chunk(part, state)
        outputs.append(y)
    return torch.cat(outputs, 1)


@pytest.mark.parametrize('sizes', [
    [1] * 9, [9], [2, 7], [7, 1, 1], [1, 8]])
@pytest.mark.parametrize('batch', [1, 3])
def test_pieces_equal_the_whole_sequence_with_every_gradient(batch, sizes):
    mixer = make()
    h = torch.randn(batch, 9, 16, requires_grad=True)
    whole, pieces = mixer(h), along(mixer, h, sizes)
    torch.testing.assert_close(pieces, whole, atol=1e-5, rtol=1e-4)
    weight = torch.randn_like(whole)
    leaves = [h, *mixer.parameters()]
    for a, b in zip(*(torch.autograd.grad((y * weight).sum(), leaves)
                      for y in (whole, pieces))):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-3)


def test_parameters_are_those_of_the_ordinary_mixer():
    plain = SelectiveSSM(16, d_state=4)
    plain.load_state_dict(make().state_dict())
    h = torch.randn(2, 5, 16)
    torch.testing.assert_close(plain(h), make()(h))


def test_the_state_has_one_size_and_holds_no_more_than_it_needs():
    mixer = make().eval()
    state = mixer.start()
    for size in (1, 7, 64):
        with torch.no_grad():
            _, state = mixer.chunk(torch.randn(1, size, 16), state)
        for tensor in state:
            assert tensor.untyped_storage().nbytes() == \
                tensor.numel() * tensor.element_size()
    assert state.conv.shape == (1, 32, 3) and state.scan.shape == (1, 32, 4)
