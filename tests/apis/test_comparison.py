import numpy as np
import pytest

from mmgesture.apis.comparison import Comparison
from mmgesture.apis.trained_runs import TrainedRun
from mmgesture.evaluation.functional import macro_f1, top_k_accuracy
from mmgesture.submission import ScoreFile

CLASSES = ['still', 'to and fro', 'once', 'never']
LABELS = [0, 0, 1, 1, 1, 2, None]
IDS = list('abcdefg')
PAIR = [('to and fro', 'once')]


def file(predictions, ids=IDS, labels=LABELS, classes=CLASSES):
    scores = np.full((len(ids), len(classes)), .1)
    scores[np.arange(len(ids)), predictions] = .7
    return ScoreFile(list(ids), scores, list(classes), list(labels),
                     source=f'scores of {predictions}')


RIGHT, POOR = [0, 0, 1, 1, 1, 2, 0], [0, 1, 1, 1, 1, 1, 0]


def runs():
    return [
        TrainedRun('good', {0: file(RIGHT), 1: file(RIGHT)}),
        TrainedRun('poor', {1: file(POOR), 2: file([0] * 7)}),
    ]


def test_figures_leave_hidden_labels_out_and_chance_on_pairs_is_half():
    comparison = Comparison(runs(), PAIR)
    assert comparison.measures == ['top1', 'top5', 'macro_f1',
                                   'motion_pairs']
    assert comparison.figure_of('good', 'top1').by_seed == (1, 1)
    assert comparison.figure_of('poor', 'top1').by_seed == pytest.approx(
        (4 / 6, 2 / 6))
    assert comparison.figure_of('poor', 'macro_f1').by_seed[0] == \
        pytest.approx(macro_f1(LABELS[:6], POOR[:6]))
    # always 'to and fro'; equal scores of both
    assert comparison.figure_of('poor', 'motion_pairs').by_seed == \
        pytest.approx((.5, .5))


def test_every_pair_has_its_accuracy_which_makes_up_the_mean():
    generator = np.random.default_rng(0)
    labels = generator.permutation(np.repeat(np.arange(4), [2, 4, 3, 5]))
    ids = [f'c{i}' for i in range(14)]
    run = TrainedRun('x', {
        seed: ScoreFile(ids, generator.dirichlet(np.ones(4), 14), CLASSES,
                        labels.tolist()) for seed in range(2)
    })
    comparison = Comparison([run], [('never', 'still'), ('once', 'to and fro')])
    pairs = comparison.by_pair('x')
    assert list(pairs) == comparison.pairs
    scores = run.scores[1].scores
    still = (scores[:, 0] > scores[:, 3])[labels == 0].mean()
    never = (scores[:, 3] > scores[:, 0])[labels == 3].mean()
    assert pairs['never', 'still'][1] == pytest.approx((still + never) / 2)
    assert comparison.figure_of('x', 'motion_pairs').by_seed == pytest.approx(
        np.mean(list(pairs.values()), axis=0))
    assert Comparison([run]).by_pair('x') == {}


def test_top5_equals_that_of_the_metric():
    generator = np.random.default_rng(0)
    scores = generator.dirichlet(np.ones(9), 30)
    labels = generator.integers(0, 9, 30)
    run = TrainedRun('x', {0: ScoreFile(
        list(map(str, range(30))), scores, list('abcdefghi'),
        labels.tolist())})
    assert Comparison([run]).figure_of('x', 'top5').mean == pytest.approx(
        top_k_accuracy(scores, labels, 5))


def test_difference_is_taken_on_common_seeds():
    comparison = Comparison(runs(), PAIR)
    seeds, result = comparison.difference('good', 'poor', 'top1')
    assert seeds == [1]
    assert result.by_seed == pytest.approx((2 / 6, ))
    assert comparison.wins('good', 'poor', 1) == (2, 0)
    assert comparison.wins('poor', 'good', 1) == (0, 2)


def test_clips_are_joined_by_id_not_by_order():
    order = [6, 2, 5, 0, 1, 4, 3]
    shuffled = file([RIGHT[i] for i in order], [IDS[i] for i in order],
                    [LABELS[i] for i in order])
    comparison = Comparison(
        [TrainedRun('a', {0: file(POOR)}),
         TrainedRun('b', {0: shuffled})])
    assert comparison.figure_of('b', 'top1').mean == 1


def test_people_are_the_units_when_they_are_known():
    subjects = dict(zip(IDS, '1112223'))
    comparison = Comparison(runs(), subjects=subjects)
    assert comparison.unit == 'people'
    assert comparison.figure_of('good', 'top1').num_units == 2
    with pytest.raises(ValueError, match="1 of 6 clips, e.g. 'f'"):
        Comparison(runs(), subjects={**subjects, 'f': None})


def test_pair_without_clips_is_left_out():
    comparison = Comparison(runs(), [('still', 'never')])
    assert comparison.measures == ['top1', 'top5', 'macro_f1']
    assert comparison.left_out == [('still', 'never')]


@pytest.mark.parametrize('other, words', [
    (file(RIGHT[:6], IDS[:6], LABELS[:6]), r"\(6 clips\).*lacks 1 clips, e.g. \['g'\]"),
    (file(RIGHT, classes=CLASSES[:3] + ['x']), "same classes.*and 'x'"),
    (file(RIGHT, labels=[0, 0, 1, 1, 2, 2, None]), "first 'e': 2 and 1; "
     'test both'),
])
def test_other_clips_classes_or_labels_are_refused(other, words):
    with pytest.raises(ValueError, match=words):
        Comparison([runs()[0], TrainedRun('x', {0: other})])


def test_unknown_names_and_foreign_seeds_are_refused():
    comparison = Comparison(runs() + [TrainedRun('late', {9: file(RIGHT)})])
    with pytest.raises(ValueError, match="no run 'nobody'.*'good'"):
        comparison.difference('good', 'nobody', 'top1')
    with pytest.raises(ValueError, match='no seed in common'):
        comparison.difference('good', 'late', 'top1')
    with pytest.raises(ValueError, match="no class 'twice'.*'still'"):
        Comparison(runs(), [('once', 'twice')])


def test_hidden_labels_only_are_refused():
    with pytest.raises(ValueError, match='all labels are hidden'):
        Comparison([TrainedRun('x', {0: file(RIGHT, labels=[None] * 7)})])
