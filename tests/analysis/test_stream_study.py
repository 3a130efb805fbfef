import numpy as np
import pytest
import torch

from mmgesture.analysis.detection_study import find_detection_runs
from mmgesture.analysis.stream_study import (StreamedRun, stream_rows,
                                             streamed_run, training_config)
from mmgesture.apis.stream import (load_stream_detector,
                                   store_stream_settings)
from mmgesture.apis.stream_data import recordings
from mmgesture.apis.stream_evaluation import stream_recordings
from mmgesture.apis.study import StudyError
from mmgesture.apis.study_file import read_study_file
from mmgesture.evaluation.functional import StreamedVideo
from mmgesture.online import DecoderSettings
from mmgesture.structures import GestureEvent
from mmgesture.testing_stream import (leave_stream_training,
                                      write_tiny_stream_set)

LOW = DecoderSettings.uniform(3, .4, min_length=.2)


def messages(number, label, onset, offset, first, last):
    """A gesture from its first word to its last."""
    common = dict(id=number, label=label, score=.9, onset=onset)
    return [
        GestureEvent(offset=None, state='provisional', emitted=first,
                     **common),
        GestureEvent(offset=None, state='confirmed', emitted=first + .5,
                     **common),
        GestureEvent(offset=offset, state='closed', emitted=last, **common)
    ]


def video(name, events):
    return StreamedVideo(name, events, 1800., np.array([[1., 3.], [5., 7.]]),
                         np.array([0, 1]))


def test_rows_are_what_a_hand_counts():
    good = messages(0, 0, 1., 3., 1.25, 3.5)
    wrong = messages(1, 0, 5., 7., 5.5, 7.5)  # of another class
    gone = [
        GestureEvent(2, 1, .5, 9., None, 'provisional', 9.5),
        GestureEvent(2, 1, .5, 9., None, 'retracted', 10.)
    ]
    run = StreamedRun('r', 2, {.5: {
        0: [video('a', good), video('b', good + wrong + gone)],
        1: [video('a', good), video('b', good)]
    }})
    row, = stream_rows(run)
    # of four annotations each seed finds two; seed 0 says three things
    assert row['f1']['by_seed'] == pytest.approx([4 / 7, 4 / 6])
    assert row['f1']['mean'] == pytest.approx((4 / 7 + 4 / 6) / 2)
    assert row['f1']['sd'] == pytest.approx(np.std([4 / 7, 4 / 6], ddof=1))
    assert row['f1']['low'] <= row['f1']['mean'] <= row['f1']['high']
    assert row['recall']['by_seed'] == [.5, .5]
    # an hour of video
    assert row['false_alarms_per_hour']['by_seed'] == [1, 0]
    assert row['retractions_per_hour']['by_seed'] == [1, 0]
    assert row['first_word_median']['mean'] == .25
    assert row['confirmed_p90']['mean'] == .75
    assert row['closed_median']['mean'] == .5
    assert (row['videos'], row['gestures'], row['hours']) == (2, 4, 1)
    assert row['seeds'] == [0, 1] and row['lookahead'] == .5


@pytest.fixture
def trainings(tmp_path):
    """Two folds of a training, each tested on videos of its own."""
    for fold in 'xy':
        root = tmp_path / f'set_{fold}'
        write_tiny_stream_set(root)
        file = root / 'annotations.jsonl'
        file.write_text(file.read_text().replace(
            '"video_id": "test_', f'"video_id": "{fold}_').replace(
                '"video_id":"test_', f'"video_id":"{fold}_'))
        config, _ = leave_stream_training(
            tmp_path / f'study/run@{fold}/seed_0', str(root), seed=ord(fold))
    (tmp_path / 'study.yaml').write_text(
        f'config: {config}\nruns: [{{name: run}}]\nfolds:\n' + ''.join(
            f'  {fold}: {{data_root: {tmp_path}/set_{fold}}}\n'
            for fold in 'xy'))
    return read_study_file(str(tmp_path / 'study.yaml')), tmp_path / 'study'


def test_a_training_has_the_options_of_its_fold(trainings):
    study, folder = trainings
    cfg = training_config(study, 'run', 'x')
    assert cfg.test_dataloader.dataset.data_root == str(
        folder.parent / 'set_x')
    with pytest.raises(StudyError, match='run@z'):
        training_config(study, 'run', 'z')


def test_folds_are_pooled_with_thresholds_of_their_own(trainings):
    study, folder = trainings
    done = folder / 'run@x/seed_0/stream.pth'
    store_stream_settings(done, {0.: LOW})
    before = done.read_bytes()
    run, = find_detection_runs(folder)
    steps = []
    streamed = streamed_run(study, run, [0.], steps.append)
    videos = streamed.told[0.][0]
    assert [v.video_id for v in videos] == ['x_2', 'x_3', 'y_2', 'y_3']
    assert streamed.num_classes == 3
    # what was there is kept, what was missing is tuned and kept
    assert done.read_bytes() == before
    tuned = torch.load(folder / 'run@y/seed_0/stream.pth',
                       weights_only=True)['meta']['stream']
    assert list(tuned) == ['0']
    assert {s.split(':')[0] for s in steps} == {'run x seed 0',
                                                'run y seed 0'}
    assert not any('run x' in s and 'tuning' in s for s in steps)
    # the events are those of the detector with these weights and settings
    detector = load_stream_detector(training_config(study, 'run', 'x'), done,
                                    0., LOW)
    expected = stream_recordings(
        detector, recordings(training_config(study, 'run', 'x'), 'test'))
    assert [v.events for v in videos[:2]] == [v.events for v in expected]
    assert any(v.events for v in expected)


def test_a_video_in_two_folds_is_refused(trainings):
    study, folder = trainings
    file = folder.parent / 'set_y/annotations.jsonl'
    file.write_text(file.read_text().replace('"y_', '"x_'))
    with pytest.raises(ValueError, match='x_2'):
        streamed_run(study, find_detection_runs(folder)[0], [0.])


def test_what_is_missing_is_told(trainings):
    study, folder = trainings
    (folder / 'run@y/seed_0/detections.jsonl').unlink()
    with pytest.raises(ValueError, match='run@y/seed_0'):
        streamed_run(study, find_detection_runs(folder)[0])
