import pytest
import torch

from mmgesture.models.localizers import CausalNetwork, FrameEncoder

LOOKAHEADS = (0., .25, .5)
SMALL = dict(channels=16, trunk=dict(depth=2, d_state=4),
             lookaheads=LOOKAHEADS)


def make(frames=False, **options):
    torch.manual_seed(0)
    encoder = None
    if frames:
        encoder = FrameEncoder((8, 8), 10, channels=(8, ), out_channels=6)
    return CausalNetwork(4, 6, 10, encoder=encoder,
                         **{**SMALL, **options}).eval()


def draw(frames, steps=24):
    shape = (1, 3, steps, 8, 8) if frames else (1, 6, steps)
    return 100 * torch.randn(shape) if frames else torch.randn(shape)


def along(network, x, sizes, lookahead):
    state, parts = network.start(x), []
    for part in x.split(sizes, 2):
        scores, state = network.chunk(part, state, lookahead)
        parts.append(scores)
    parts.append(network.finish(state, lookahead))
    return [torch.cat(x, 1) for x in zip(*parts)]


@pytest.mark.parametrize('frames', [False, True])
@pytest.mark.parametrize('lookahead', LOOKAHEADS)
@pytest.mark.parametrize('sizes', [[1] * 24, [24], [7, 17], [23, 1]])
def test_a_stream_says_what_the_whole_sequence_says(frames, lookahead,
                                                    sizes):
    network, x = make(frames), draw(frames)
    whole = network(x, lookahead)
    assert whole.classes.shape == (1, 24, 4)
    assert whole.bounds.shape == (1, 24, 2)
    for a, b in zip(along(network, x, sizes, lookahead), whole):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize('frames', [False, True])
@pytest.mark.parametrize('lookahead, steps', [(0., 0), (.25, 2), (.5, 5)])
def test_no_answer_sees_further_than_the_look_ahead(frames, lookahead,
                                                    steps):
    network, x = make(frames), draw(frames)
    before = network(x, lookahead)
    x[:, :, 10:] += 50  # steps up to 9 - L see none of it
    after = network(x, lookahead)
    for a, b in zip(before, after):
        torch.testing.assert_close(a[:, :10 - steps], b[:, :10 - steps])
        assert not torch.allclose(a[:, 10 - steps], b[:, 10 - steps])


def test_padding_and_neighbours_in_the_batch_do_not_matter():
    network, x = make(), torch.randn(2, 6, 24)
    x[1, :, 15:] = 1e4
    both = network(x, .5, torch.tensor([24, 15]))
    alone = network(x[1:, :, :15], .5)
    for a, b in zip(both, alone):
        torch.testing.assert_close(a[1:, :15], b, atol=1e-5, rtol=1e-4)


def test_piece_by_piece_is_the_same():
    network, x = make(), draw(False)
    for a, b in zip(network.along(x, .5, piece=7), network(x, .5)):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-4)


def test_answers_wait_for_the_look_ahead_and_no_longer():
    network, x = make(), draw(False)
    state, counts = network.start(x), []
    for part in x[:, :, :8].split(1, 2):
        scores, state = network.chunk(part, state, .5)
        counts.append(scores.classes.shape[1])
    assert counts == [0] * 5 + [1] * 3
    assert network.finish(state, .5).classes.shape[1] == 5


def test_probabilities_leave_room_for_no_gesture():
    scores = make()(draw(False), 0.)
    assert (scores.classes >= 0).all() and (scores.classes.sum(-1) < 1).all()
    assert ((scores.bounds > 0) & (scores.bounds < 1)).all()


def test_a_look_ahead_without_a_head_is_refused():
    with pytest.raises(ValueError, match=r'look-ahead of \(0.0, 0.25, 0.5\)'):
        make().head_of(1.)
    with pytest.raises(ValueError, match='positive step_rate'):
        CausalNetwork(3, 6, 0)
