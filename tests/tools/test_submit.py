import importlib.util
import zipfile

import numpy as np
import pytest

from mmgesture.datasets.convert import convert_ma52
from mmgesture.structures import VideoDetections
from mmgesture.structures.annotation import (GestureRecord, make_header,
                                             write_annotations)
from mmgesture.submission import (DetectionFile, ScoreFile,
                                  write_detections, write_scores)


@pytest.fixture
def submit(repository, capsys):
    spec = importlib.util.spec_from_file_location(
        'tools_submit', repository / 'tools' / 'submit.py')
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    def run(*arguments):
        try:
            code = tool.main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        # lines wrap at the width of the terminal
        return code, ' '.join((captured.out + captured.err).split())

    return run


@pytest.fixture
def files(tmp_path):
    records = [
        GestureRecord(f's{i}', f'{i}.mp4', split='test' if i < 3 else 'val')
        for i in range(4)
    ]
    annotations = tmp_path / 'annotations.jsonl'
    write_annotations(
        str(annotations), make_header('toy', ['a', 'b']), records)
    scores = tmp_path / 'scores.jsonl'
    write_scores(
        scores,
        ScoreFile(['s2', 's1', 's0'], [[1, 0], [0, 1], [.5, .5]], ['a', 'b'],
                  unreadable=[False, False, True]))
    return tmp_path, scores, annotations


def test_written_submission_validates_and_a_wrong_one_does_not(submit, files):
    folder, scores, annotations = files
    out = folder / 'sub.zip'
    code, text = submit(scores, '--annotations', annotations, '--out', out)
    assert code == 0 and 'valid miga submission, 3 rows' in text, text
    assert '1 clips could not be read' in text
    with zipfile.ZipFile(out) as archive:
        assert archive.read('prediction.csv') == (
            b'Id,Target\ns0,0\ns1,1\ns2,0\n')
    code, text = submit('--validate', out, '--annotations', annotations)
    assert code == 0 and 'valid miga' in text, text
    code, text = submit('--validate', out, '--annotations', annotations,
                        '--split', 'val')
    assert code == 1 and 'are missing: s3' in text, text


def test_template_of_other_clips_fails_the_check(submit, files):
    folder, scores, annotations = files
    template = folder / 'sample_submission.csv'
    template.write_text('Id,Target\ns2,0\n')
    code, text = submit(scores, '--annotations', annotations, '--template',
                        template, '--out', folder / 'sub.zip')
    assert code == 1 and 'disagree on 2 ids' in text, text


@pytest.mark.parametrize('options, message', [
    (['--split', 'val', '--out', 'x.zip'], 'no scores for 1 of 1 ids'),
    (['--split', 'train', '--out', 'x.zip'], "no clip in the split 'train'"),
    (['--split', 'nope', '--out', 'x.zip'], "unknown split 'nope'"),
    ([], 'give SCORES and --out'),
    (['--validate', 'x.zip', '--out', 'x.zip'], 'leave SCORES'),
])
def test_wrong_use_is_explained(submit, files, monkeypatch, options, message):
    folder, scores, annotations = files
    monkeypatch.chdir(folder)
    code, text = submit(scores, '--annotations', annotations, *options)
    assert code == 2 and message in text, text
    assert not (folder / 'x.zip').exists()


def test_scores_of_other_classes_are_refused(submit, files):
    folder, scores, annotations = files
    write_scores(scores, ScoreFile(['s0'], [[1, 0]], ['a', 'c']))
    code, text = submit(scores, '--annotations', annotations, '--out',
                        folder / 'x.zip')
    assert code == 2 and 'different classes' in text, text


@pytest.fixture
def ma52(tmp_path):
    """An MA-52 test split without labels, and scores in another order."""
    (tmp_path / 'videos_test').mkdir()
    names = [f'test{i:04d}.mp4' for i in range(3)]
    for name in names:
        (tmp_path / 'videos_test' / name).touch()
    (tmp_path / 'test_list_videos.txt').write_text(
        ''.join(f'{name} 0\n' for name in names))
    classes = convert_ma52(str(tmp_path)).annotations.classes
    scores = np.full((3, 52), 1 / 104)
    scores[[0, 1, 2], [51, 5, 4]] += .5
    write_scores(tmp_path / 'scores.jsonl',
                 ScoreFile(names[::-1], scores, classes))
    return tmp_path


def test_mac_submission_goes_from_scores_through_zip_to_valid(submit, ma52):
    out, annotations = ma52 / 'mac.zip', ma52 / 'annotations.jsonl'
    options = ('--annotations', annotations, '--format', 'mac')
    code, text = submit(ma52 / 'scores.jsonl', '--out', out, *options)
    assert code == 0 and 'valid mac submission, 3 rows' in text, text
    assert '51 scratching feet' in text
    with zipfile.ZipFile(out) as archive:
        lines = archive.read('prediction.csv').decode().splitlines()
    assert lines[1:] == [
        'test0000.mp4,4,0,1,2,3,0,0,0,0,0', 'test0001.mp4,5,0,1,2,3,1,0,0,0,0',
        'test0002.mp4,51,0,1,2,3,6,0,0,0,0'
    ]
    assert submit('--validate', out, *options)[0] == 0
    code, text = submit(ma52 / 'scores.jsonl', '--out', out, '--template',
                        ma52 / 'test_list_videos.txt', *options)
    assert code == 0, text
    wrong = lines[3].replace(',51,', ',50,').replace(',6,', ',5,')
    with zipfile.ZipFile(out, 'w') as archive:
        archive.writestr('prediction.csv',
                         '\n'.join(lines[:3] + [wrong]) + '\n')
    code, text = submit('--validate', out, *options)
    assert code == 1 and 'line 4, body_pred_1: expected 6 (leg-hand)' in text
    with zipfile.ZipFile(out, 'w') as archive:
        archive.writestr('Submission.csv', '\n'.join(lines))
    code, text = submit('--validate', out, *options)
    assert code == 1 and 'flat zip with prediction.csv alone' in text


def test_a_form_with_groups_refuses_a_set_without(submit, files):
    folder, scores, annotations = files
    code, text = submit(scores, '--annotations', annotations, '--format',
                        'mac', '--out', folder / 'x.zip')
    assert code == 2 and 'mac expects "groups"' in text, text
    assert 'tools/data/ma52/convert.py' in text
    assert not (folder / 'x.zip').exists()


def test_miga2023_submission_round_trip_and_the_name_of_the_zip(
        submit, files):
    folder, scores, annotations = files
    options = ('--annotations', annotations, '--format', 'miga2023')
    out = folder / 'Submission.zip'
    code, text = submit(scores, '--out', out, *options)
    assert code == 0 and 'valid miga2023 submission' in text, text
    assert 'hand it in' not in text
    assert submit('--validate', out, *options)[0] == 0
    # the other edition's form is no valid one
    code, text = submit('--validate', out, '--annotations', annotations)
    assert code == 1 and 'flat zip with prediction.csv alone' in text
    code, text = submit(scores, '--out', folder / 'x.zip', *options)
    assert code == 0 and 'under the name Submission.zip' in text, text
    code, text = submit(scores, '--out', out, '--template', 'x.csv', *options)
    assert code == 2 and 'has no template' in text, text


@pytest.mark.parametrize('form, suffix', [('miga-online', '.csv'),
                                          ('miga-online2023', '.zip')])
def test_detections_of_videos_are_handed_in(submit, tmp_path, form, suffix):
    videos = [dict(video_id=f'Sample003{k}', video=f'{k}.mp4', num_frames=90,
                   fps=20, split='test', labelled=False) for k in (6, 7)]
    ann = str(tmp_path / 'ann.jsonl')
    write_annotations(ann, make_header('toy', ['a', 'b'], None,
                                       dict(videos=videos)), [])
    detections = tmp_path / 'd.jsonl'
    write_detections(detections, DetectionFile(
        [VideoDetections(v['video_id'], [[5, 20]], [1], [.9])
         for v in videos], ['a', 'b'], threshold=.5))
    out = tmp_path / f's{suffix}'
    code, text = submit(detections, '--format', form, '--annotations', ann,
                        '--out', out)
    assert code == 0 and f'valid {form} submission, 2 rows' in text, text
    assert '2 b' in text
    code, text = submit('--validate', out, '--format', form,
                        '--annotations', ann)
    assert code == 0, text
    code, text = submit(detections, '--format', form, '--annotations', ann,
                        '--out', out, '--threshold', .95)
    assert code == 0 and '0 rows' in text
    code, text = submit(detections, '--format', form, '--annotations', ann,
                        '--out', out, '--split', 'val')
    assert code == 2 and 'no video in the split' in text
