import pytest
import torch

from mmgesture.models.layers.lookahead import (LOOKAHEADS, LookaheadHead,
                                               lookahead_steps)


def make(steps, **options):
    torch.manual_seed(0)
    return LookaheadHead(8, 3, steps, **options).eval()


def test_the_dial_has_the_five_positions():
    assert LOOKAHEADS == (0, .25, .5, 1, 2)


@pytest.mark.parametrize('seconds, rate, steps', [
    (0, 20, 0), (.25, 10, 2), (.25, 20, 5), (.5, 28, 14), (.25, 30, 7),
    (2, 28, 56), (.3, 20, 6)])
def test_steps_are_the_nearest_number_and_halves_go_down(seconds, rate,
                                                         steps):
    assert lookahead_steps(seconds, rate) == steps


@pytest.mark.parametrize('steps, offsets', [
    (0, (0, )), (1, (0, 1)), (2, (0, 1, 2)), (8, (0, 2, 4, 6, 8))])
def test_the_head_reads_from_the_step_to_the_end_of_its_look_ahead(
        steps, offsets):
    assert make(steps).offsets == offsets


@pytest.mark.parametrize('steps', [0, 1, 3, 8])
@pytest.mark.parametrize('sizes', [[1] * 12, [12], [5, 7], [2, 1, 9]])
def test_pieces_and_the_end_equal_the_whole_sequence(steps, sizes):
    head, h = make(steps), torch.randn(2, 12, 8)
    whole = head(h, torch.tensor([12, 12]))
    pending, outputs = h[:, :0], []
    for part in h.split(sizes, 1):
        pending = torch.cat([pending, part], 1)
        outputs.append(head.chunk(pending))
        pending = pending[:, outputs[-1].shape[1]:]
        assert pending.shape[1] <= steps
    outputs.append(head.chunk(pending, final=True))
    torch.testing.assert_close(torch.cat(outputs, 1), whole)


def test_an_answer_sees_no_further_than_its_look_ahead():
    head, h = make(4), torch.randn(1, 12, 8, requires_grad=True)
    head(h, torch.tensor([12]))[0, 3].sum().backward()
    seen = h.grad[0].abs().sum(1) > 0
    assert seen.nonzero().flatten().tolist() == [3, 4, 5, 6, 7]


def test_padding_is_never_read():
    head, h = make(4), torch.randn(2, 12, 8)
    short = head(h[:, :7], torch.tensor([7, 5]))
    h[0, 7:] = 1e6
    h[1, 5:] = 1e6
    padded = head(h, torch.tensor([7, 5]))
    torch.testing.assert_close(padded[0, :7], short[0])
    torch.testing.assert_close(padded[1, :5], short[1, :5])


def test_impossible_heads_are_refused():
    with pytest.raises(ValueError, match='at least 2 taps'):
        make(3, taps=1)
    with pytest.raises(ValueError, match='0 steps'):
        make(-1)
