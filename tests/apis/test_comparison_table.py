import numpy as np
import pytest
from scipy import stats

from mmgesture.apis.comparison import Comparison
from mmgesture.apis.comparison_table import (COMPARED, TITLES, accuracy_rows,
                                             paired_rows, run_row)
from mmgesture.apis.trained_runs import TrainedRun
from mmgesture.submission import ScoreFile

LABELS = np.arange(12) % 3


def file(wrong, config='m_smg.py'):
    best = np.where(np.arange(12) < wrong, (LABELS + 1) % 3, LABELS)
    scores = np.full((12, 3), .1)
    scores[np.arange(12), best] = .8
    return ScoreFile([f'c{i}' for i in range(12)], scores, ['x', 'y', 'z'],
                     LABELS.tolist(), config=config)


@pytest.fixture
def runs():
    return [
        TrainedRun('a', {0: file(0), 1: file(3)}, parameters=5, what='why'),
        TrainedRun('b', {0: file(6), 1: file(3)})
    ]


def test_row_has_mean_and_deviation_over_seeds(runs):
    row = run_row(runs[0], Comparison(runs))
    assert (row['run'], row['config'], row['seeds'], row['parameters'],
            row['what']) == ('a', 'm_smg', [0, 1], 5, 'why')
    assert row['top1']['mean'] == pytest.approx(.875)
    assert row['top1']['sd'] == pytest.approx(.25 / np.sqrt(2))
    assert row['top1']['low'] < .875 < row['top1']['high']
    assert row['motion_pairs'] is None


def test_metrics_fill_in_where_scores_are_missing(runs):
    runs[1].metrics[7] = {'gesture/top1': .25}
    row = run_row(runs[1], Comparison(runs))
    assert row['seeds'] == [0, 1, 7]
    assert row['top1']['by_seed'] == pytest.approx([.5, .75, .25])
    assert row['top1']['low'] is None  # of two seeds of three
    alone = run_row(TrainedRun('c', metrics={0: {'gesture/top1': .5}}), None)
    assert alone['top1']['mean'] == .5 and alone['top1']['sd'] is None
    assert alone['macro_f1'] is None


def test_differences_carry_wins_and_the_exact_test_of_scipy(runs):
    top1, macro = paired_rows(Comparison(runs), 'a', 'b')
    assert (top1['measure'], macro['measure']) == ('top1', 'macro_f1')
    assert top1['by_seed'] == pytest.approx([.5, 0])
    assert top1['wins'] == [(6, 0), (0, 0)]
    assert top1['mcnemar_p'] == [stats.binomtest(6, 6).pvalue, 1.]
    assert top1['units'] == 12 and top1['unit'] == 'clips'
    assert top1['verdict'] == 'inconclusive'


def test_accuracy_rows_are_those_of_runs_that_are_a_config_of_their_own(runs):
    runs += [
        TrainedRun('c', {0: file(2, config=None)}),
        TrainedRun('d', {0: file(3, config='d_smg.py')})
    ]
    comparison = Comparison(runs)
    rows = accuracy_rows([run_row(run, comparison) for run in runs])
    row, = rows
    assert (row['name'], row['config'], row['top1_std']) == ('d', 'd_smg',
                                                             None)
    assert (row['top1'], row['top5']) == pytest.approx((.75, 1))
    assert set(COMPARED) < set(TITLES)
