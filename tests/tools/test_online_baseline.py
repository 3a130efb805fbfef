"""Baselines from the command line to detection files."""
import runpy

import pytest

from mmgesture.structures import (GestureRecord, make_header,
                                  write_annotations)
from mmgesture.submission import read_detections
from mmgesture.testing import (TINY_CLASSES, write_tiny_model,
                               write_tiny_video)
from mmgesture.testing_untrimmed import write_tiny_untrimmed


@pytest.fixture(scope='module')
def main(repository):
    return runpy.run_path(str(repository / 'tools/online_baseline.py'))[
        'main']


@pytest.fixture(scope='module')
def ann(tmp_path_factory):
    return write_tiny_untrimmed(tmp_path_factory.mktemp('tiny'))


@pytest.mark.parametrize('kind', ['background', 'prior', 'windows'])
def test_a_baseline_writes_both_splits(main, ann, tmp_path, kind, capsys):
    more = ['--features', ann.replace('annotations.jsonl', 'features/tiny'),
            '--reach', '3', '--points', '3'] if kind == 'windows' else []
    assert main([kind, ann, '--out', str(tmp_path), *more]) == 0
    val, test = (read_detections(tmp_path / f'{n}.jsonl')
                 for n in ('val', 'test'))
    assert (val.split, test.split) == ('val', 'test')
    assert val.threshold == test.threshold is not None
    assert len(test.videos) == 2 and all(v.known for v in test.videos)
    assert 'test: F1' in capsys.readouterr().out


@pytest.mark.parametrize('classes, names, code', [
    (TINY_CLASSES, TINY_CLASSES, 0),
    (TINY_CLASSES[:2], (*TINY_CLASSES[:2], 'background'), 0),
    (('a', 'b', 'c'), TINY_CLASSES, 2),
])
def test_a_recognizer_slides_over_videos(main, tmp_path, classes, names,
                                         code, capsys):
    for index, split in enumerate(('train', 'val', 'test')):
        write_tiny_video(tmp_path / f'{split}.mp4', 40, seed=index)
    videos = [dict(video_id=s, video=f'{s}.mp4', num_frames=40, fps=25,
                   split=s, labelled=True) for s in ('train', 'val', 'test')]
    path = str(tmp_path / 'ann.jsonl')
    write_annotations(
        path, make_header('t', list(classes), None, dict(videos=videos)),
        [GestureRecord(s, f'{s}.mp4', start=4, end=20, label=1, split=s)
         for s in ('train', 'val', 'test')])
    config, checkpoint = write_tiny_model(tmp_path / 'model', list(names))
    assert main(['recognizer', path, '--out', str(tmp_path / 'out'),
                 '--root', str(tmp_path), '--config', config, '--checkpoint',
                 checkpoint, '--window', '8']) == code
    text = capsys.readouterr().out
    if code:
        assert 'knows 3 classes' in text
    else:
        found = read_detections(tmp_path / 'out' / 'test.jsonl')
        assert found.num_classes == len(classes)


def test_missing_splits_are_told(main, ann, tmp_path, capsys):
    assert main(['prior', ann, '--out', str(tmp_path), '--splits', 'train',
                 'exam', 'test']) == 2
    assert 'unknown split' in capsys.readouterr().out
