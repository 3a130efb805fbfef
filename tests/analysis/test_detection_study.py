import json

import numpy as np
import pytest

from mmgesture.analysis.detection_study import (detection_row,
                                                find_detection_runs)
from mmgesture.structures import VideoDetections
from mmgesture.submission import DetectionFile, write_detections


def leave(folder, run, fold, seed, hits, videos=2, threshold=.5):
    """A training whose test found ``hits`` of four gestures a video."""
    place = folder / (f'{run}@{fold}' if fold else run) / f'seed_{seed}'
    place.mkdir(parents=True)
    truth = np.array([[10 * k, 10 * k + 6] for k in range(4)])
    labels = np.array([0, 1, 0, 1])
    found = []
    for index in range(videos):
        scores = np.where(np.arange(4) < hits, .9, .1)
        found.append(VideoDetections(
            f'{fold}_{index}', truth, labels, scores, truth, labels,
            num_frames=60))
    write_detections(place / 'detections.jsonl', DetectionFile(
        found, ['a', 'b'], threshold=threshold))
    (place / 'metrics.json').write_text(json.dumps(
        dict(parameters=1000, cpu_seconds=30.)))
    return place


def test_folds_are_pooled_and_seeds_averaged(tmp_path):
    # seed 0: 4 + 4 of 8 and 2 + 2 of 8; seed 1: 8 of 8 and 8 of 8
    leave(tmp_path, 'dyn', 'x', 0, 4)
    leave(tmp_path, 'dyn', 'y', 0, 2)
    leave(tmp_path, 'dyn', 'x', 1, 4)
    leave(tmp_path, 'dyn', 'y', 1, 4)
    run, = find_detection_runs(tmp_path)
    row = detection_row(run)
    assert row['seeds'] == [0, 1] and row['videos'] == 4
    assert row['recall']['by_seed'] == [12 / 16, 1]
    assert row['f1']['by_seed'] == pytest.approx([24 / 28, 1])
    assert row['f1']['mean'] == pytest.approx((24 / 28 + 1) / 2)
    assert row['f1']['sd'] == pytest.approx(
        np.std([24 / 28, 1], ddof=1))
    assert row['f1']['low'] < 1 == row['f1']['high']
    assert row['parameters'] == 1000 and row['cpu_seconds'] == 60


def test_every_fold_keeps_its_threshold(tmp_path):
    leave(tmp_path, 'dyn', 'x', 0, 4, threshold=.95)  # nothing counts
    leave(tmp_path, 'dyn', 'y', 0, 4)
    row = detection_row(find_detection_runs(tmp_path)[0])
    assert row['recall']['mean'] == .5
    assert row['map']['mean'] == 1  # which no threshold touches


def test_seed_with_a_missing_fold_is_left_out_and_named(tmp_path):
    leave(tmp_path, 'dyn', 'x', 0, 4)
    leave(tmp_path, 'dyn', 'y', 0, 4)
    leave(tmp_path, 'dyn', 'x', 1, 0)
    (tmp_path / 'dyn@y' / 'seed_1').mkdir()
    run, = find_detection_runs(tmp_path)
    assert list(run.seeds) == [0] and run.missing == ['dyn@y/seed_1']
    row = detection_row(run)
    assert row['f1']['mean'] == 1 and row['f1']['sd'] is None


def test_run_without_folds_is_a_row_too(tmp_path):
    leave(tmp_path, 'b', '', 0, 4)
    leave(tmp_path, 'a', '', 0, 2)
    names = [run.name for run in find_detection_runs(tmp_path)]
    assert names == ['a', 'b']
    chosen, = find_detection_runs(tmp_path, ['b'])
    assert detection_row(chosen)['f1']['mean'] == 1


def test_nothing_complete_gives_a_row_without_figures(tmp_path):
    (tmp_path / 'dyn' / 'seed_0').mkdir(parents=True)
    row = detection_row(find_detection_runs(tmp_path)[0])
    assert 'f1' not in row and row['missing'] == ['dyn/seed_0']


def test_a_video_in_two_folds_is_an_error(tmp_path):
    place = leave(tmp_path, 'dyn', 'x', 0, 4)
    other = tmp_path / 'dyn@y' / 'seed_0'
    other.mkdir(parents=True)
    (other / 'detections.jsonl').write_text(
        (place / 'detections.jsonl').read_text())
    with pytest.raises(ValueError, match='x_0.*two folds'):
        detection_row(find_detection_runs(tmp_path)[0])


def test_folder_without_runs_and_unknown_run_are_errors(tmp_path):
    with pytest.raises(ValueError, match='no runs'):
        find_detection_runs(tmp_path)
    leave(tmp_path, 'dyn', 'x', 0, 4)
    with pytest.raises(ValueError, match="no run 'sta'.*dyn"):
        find_detection_runs(tmp_path, ['sta'])
