import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import VotingClassifier

from mmgesture.submission import (ScoreFile, align_scores, fuse_scores,
                                  read_scores, simplex_weights, write_scores)
from mmgesture.submission.fusion import stack_streams


def stream(scores, ids='ab', labels=None, unreadable=None, source='s',
           classes='xy'):
    return ScoreFile(list(ids), np.asarray(scores, float), list(classes),
                     labels, unreadable, source=source)


def logit_streams(tmp_path, number=3, clips=12, classes=5):
    """Logits, and the score files that a test run would leave of them."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (number, clips, classes))
    ids = [f'v{i % 4}_{i}' for i in range(clips)]
    paths = []
    for index, rows in enumerate(logits):
        order = rng.permutation(clips)
        path = tmp_path / f'{index}.jsonl'
        write_scores(path, ScoreFile(
            [ids[i] for i in order], softmax(rows[order], axis=1),
            list('abcde'), [int(i) % classes for i in order]))
        paths.append(path)
    return logits, ids, paths


class Stored(ClassifierMixin, BaseEstimator):
    """A classifier whose probabilities are known; X holds row numbers."""

    def __init__(self, rows=None):
        self.rows = rows

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        return self.rows[np.asarray(X)[:, 0]]


def test_two_streams_are_fused_as_worked_by_hand():
    fused = fuse_scores(
        [stream([[.6, .4], [.1, .9]]),
         stream([[.2, .8], [.5, .5]], ids='ba', labels=[1, 0])], [3, 1])
    # a: 3/4 (.6, .4) + 1/4 (.5, .5); b: 3/4 (.1, .9) + 1/4 (.2, .8)
    np.testing.assert_allclose(fused.scores, [[.575, .425], [.125, .875]])
    assert fused.sample_ids == ['a', 'b'] and fused.labels == [0, 1]
    assert fused.config == 'fusion of s x 0.75, s x 0.25 (probability)'


def test_logits_are_mixed_as_worked_by_hand():
    # odds 4:1 and 1:9, half and half: sqrt(4/9) = 2:3
    fused = fuse_scores([stream([[.8, .2]], 'a'), stream([[.1, .9]], 'a')],
                        space='logit')
    np.testing.assert_allclose(fused.scores, [[.4, .6]])


def test_soft_voting_of_scikit_learn_gives_the_same(tmp_path):
    _, ids, paths = logit_streams(tmp_path)
    files = [read_scores(path) for path in paths]
    rows = [file.select(ids).scores for file in files]
    numbers = np.arange(len(ids))[:, None]
    weights = [.5, .2, .3]
    voting = VotingClassifier(
        [(str(i), Stored(row)) for i, row in enumerate(rows)],
        voting='soft', weights=weights).fit(numbers, numbers[:, 0] % 5)
    fused = fuse_scores(files, weights).select(ids)
    np.testing.assert_allclose(
        fused.scores, voting.predict_proba(numbers), atol=1e-12)
    assert (fused.scores.argmax(1) == voting.predict(numbers)).all()


def test_logits_come_back_from_score_files_up_to_a_constant(tmp_path):
    logits, ids, paths = logit_streams(tmp_path)
    weights = np.array([.1, .6, .3])
    fused = fuse_scores([read_scores(p) for p in paths], weights,
                        'logit', [1, 2, .5]).select(ids)
    expected = np.einsum('s,snc->nc', weights / [1, 2, .5], logits)
    np.testing.assert_allclose(
        np.log(fused.scores), log_softmax(expected, axis=1), atol=1e-6)


def test_temperature_softens_probabilities(tmp_path):
    logits, ids, paths = logit_streams(tmp_path, number=1)
    fused = fuse_scores([read_scores(paths[0])], temperature=3).select(ids)
    np.testing.assert_allclose(
        fused.scores, softmax(logits[0] / 3, axis=1), atol=1e-7)


def test_underflowed_probabilities_stay_finite_logits():
    stack = stack_streams([stream([[1, 0], [.5, .5]])], 'logit')
    assert np.isfinite(stack).all()
    fused = fuse_scores([stream([[1, 0]], 'a'), stream([[0, 1]], 'a')],
                        space='logit')
    np.testing.assert_allclose(fused.scores, [[.5, .5]])


@pytest.mark.parametrize('space', ['probability', 'logit'])
def test_unreadable_stream_leaves_its_weight_to_the_others(space):
    first = stream([[.5, .5], [.5, .5]], unreadable=[True, True])
    second = stream([[.9, .1], [.5, .5]], unreadable=[False, True])
    fused = fuse_scores([first, second], [.7, .3], space)
    np.testing.assert_allclose(fused.scores, [[.9, .1], [.5, .5]])
    assert fused.unreadable.tolist() == [False, True]
    # a stream without weight cannot step in
    alone = fuse_scores([first, second], [1, 0], space)
    assert alone.unreadable.all() and (alone.scores == .5).all()


def test_other_ids_are_an_error_that_names_what_is_missing():
    with pytest.raises(ValueError) as error:
        fuse_scores([stream(np.full((3, 2), .5), 'abc', source='rgb'),
                     stream(np.full((2, 2), .5), 'cd', source='flow')])
    text = str(error.value)
    assert "flow lacks 2 clips, e.g. ['a', 'b']" in text
    assert "rgb lacks 1 clips, e.g. ['d']" in text
    assert 'rgb (3 clips) and flow (2 clips)' in text


def test_other_classes_are_an_error():
    rows = np.full((2, 2), .5)
    with pytest.raises(ValueError, match="class 1 is 'y' and 'z'"):
        align_scores([stream(rows), stream(rows, classes='xz')])
    with pytest.raises(ValueError, match='2 and 3 classes'):
        align_scores([stream(rows),
                      stream(np.full((2, 3), 1 / 3), classes='xyz')])


def test_conflicting_labels_are_an_error_and_hidden_ones_are_filled():
    rows = np.full((2, 2), .5)
    hidden, known = stream(rows), stream(rows, labels=[0, None])
    assert [f.labels for f in align_scores([hidden, known])] == [[0, None]] * 2
    with pytest.raises(ValueError, match="label of 'a' is 1, but 0 in second"):
        align_scores([hidden, stream(rows, labels=[0, 1], source='second'),
                      stream(rows, labels=[1, 1])])


def test_inputs_are_left_alone():
    first = stream([[.6, .4], [.1, .9]])
    second = stream([[.6, .4], [.1, .9]], labels=[0, 0])
    align_scores([first, second])
    fuse_scores([first, second])
    assert first.labels == [None, None]
    assert first.scores.tolist() == [[.6, .4], [.1, .9]]


def test_weights_of_mm_gesture_need_not_sum_to_one():
    weights = simplex_weights([.2] * 5 + [.5] * 2, 7)
    np.testing.assert_allclose(weights, [.1] * 5 + [.25] * 2)
    np.testing.assert_allclose(simplex_weights(None, 4), [.25] * 4)


@pytest.mark.parametrize('weights, match', [
    ([1], 'expected 2 weights'), ([1, -1], 'at least 0'),
    ([0, 0], 'above 0'), ([np.nan, 1], 'at least 0')])
def test_impossible_weights_are_errors(weights, match):
    with pytest.raises(ValueError, match=match):
        simplex_weights(weights, 2)


def test_unknown_space_and_temperature_are_errors():
    files = [stream(np.full((2, 2), .5))]
    with pytest.raises(ValueError, match='a space of'):
        fuse_scores(files, space='votes')
    with pytest.raises(ValueError, match='temperature above 0'):
        fuse_scores(files, temperature=0)
    with pytest.raises(ValueError, match='one temperature, or one for each'):
        fuse_scores(files, temperature=[1, 2])
    with pytest.raises(ValueError, match='at least one'):
        fuse_scores([])
