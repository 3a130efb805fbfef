import zipfile

import numpy as np
import pytest

from mmgesture.structures import ClassGroups
from mmgesture.submission import ScoreFile, validate_mac, write_mac
from mmgesture.submission.mac import COLUMNS, read_mac_template

GROUPS = ClassGroups(['body', 'head', 'leg'], [0, 0, 1, 1, 1, 2])
IDS = ['test0000.mp4', 'test 1.mp4', 'test0002.mp4']
HEADER = ('vid,action_pred_1,action_pred_2,action_pred_3,action_pred_4,'
          'action_pred_5,body_pred_1,body_pred_2,body_pred_3,body_pred_4,'
          'body_pred_5\n')
ROWS = ['test0000.mp4,5,4,3,2,1,2,1,1,1,0\n', 'test 1.mp4,0,1,2,3,4,0,0,1,1,1'
        '\n', 'test0002.mp4,2,0,1,3,4,1,0,0,1,1\n']


@pytest.fixture
def scores():
    # in another order than the expected ids; equal scores; one clip too many
    return ScoreFile(
        ['test0002.mp4', 'test 1.mp4', 'x', 'test0000.mp4'],
        np.array([[2, 2, 4, 1, 1, 0], [1, 1, 1, 1, 1, 1], [6, 0, 0, 0, 0, 4],
                  [0, 1, 2, 3, 4, 5]]) / [[10], [6], [10], [15]],
        list('abcdef'))


def write_zip(path, text, name='prediction.csv', **more):
    with zipfile.ZipFile(path, 'w') as archive:
        archive.writestr(name, text)
        for extra, content in more.items():
            archive.writestr(extra, content)
    return path


def problems_of(tmp_path, rows, header=HEADER, **options):
    path = write_zip(tmp_path / 's.zip', header + ''.join(rows), **options)
    return validate_mac(path, IDS, 6, groups=GROUPS).problems


def test_zip_holds_five_actions_and_their_groups_in_the_expected_order(
        tmp_path, scores):
    out = tmp_path / 'sub.zip'
    write_mac(scores, out, sample_ids=IDS, groups=GROUPS)
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ['prediction.csv']
        text = archive.read('prediction.csv').decode()
    assert text == HEADER + ''.join(ROWS)
    assert len(COLUMNS) == 11
    report = validate_mac(out, IDS, 6, groups=GROUPS)
    assert report.ok and report.num_rows == 3
    assert report.histogram == {0: 1, 2: 1, 5: 1}


def test_same_scores_give_the_same_bytes(tmp_path, scores):
    for name in ('a.zip', 'b.zip'):
        write_mac(scores, tmp_path / name, groups=GROUPS)
    assert (tmp_path / 'a.zip').read_bytes() == (
        tmp_path / 'b.zip').read_bytes()


@pytest.mark.parametrize('text', [
    'test0002.mp4 0\ntest 1.mp4 0\n\ntest0000.mp4 0\n',
    HEADER + ''.join(ROWS[::-1])], ids=['list', 'example'])
def test_the_test_list_or_an_example_gives_the_order(tmp_path, scores, text):
    template, out = tmp_path / 'list.txt', tmp_path / 'sub.zip'
    template.write_text(text)
    assert read_mac_template(template) == IDS[::-1]
    write_mac(scores, out, template=template, groups=GROUPS)
    assert validate_mac(out, IDS, 6, template=template, groups=GROUPS).ok
    # the annotation file's own order is another one
    assert not validate_mac(out, IDS, 6, groups=GROUPS).ok
    differing = validate_mac(out, IDS[:2], 6, template=template,
                             groups=GROUPS)
    assert 'disagree on 1 ids: test0002.mp4' in str(differing)


@pytest.mark.parametrize('text', ['', 'test0000.mp4\n', 'a 0\na 0\n'])
def test_wrong_template_is_refused_by_name(tmp_path, text):
    path = tmp_path / 'list.txt'
    path.write_text(text)
    with pytest.raises(ValueError, match='list.txt: expected the names'):
        read_mac_template(path)


def test_a_correct_file_has_no_problems(tmp_path):
    assert problems_of(tmp_path, ROWS) == []


@pytest.mark.parametrize('rows, message', [
    (ROWS[:2], '1 ids are missing: test0002.mp4'),
    (ROWS + [ROWS[0].replace('0000', '9999')],
     '1 ids are not expected: test9999.mp4'),
    (ROWS + ROWS[:1], '1 ids occur more than once: test0000.mp4'),
    (ROWS[:1] + ROWS[:0:-1],
     'line 3 has test0002.mp4 where the list has test 1.mp4'),
    # four predictions: columns too few, an empty cell, one class twice
    (ROWS[:2] + ['test0002.mp4,2,0,1,3,1,0,0,1\n'],
     'line 4: expected 11 columns'),
    (ROWS[:2] + ['test0002.mp4,2,0,1,3,,1,0,0,1,\n'],
     "line 4, action_pred_5: expected a class number, got ''"),
    (ROWS[:2] + ['test0002.mp4,2,0,1,3,3,1,0,0,1,1\n'],
     'line 4: expected 5 different actions'),
    (ROWS[:2] + ['test0002.mp4,6,0,1,3,4,1,0,0,1,1\n'],
     'line 4, action_pred_1: expected a class from 0 to 5, got 6'),
    (ROWS[:2] + ['test0002.mp4,2,0,1,3,-1,1,0,0,1,1\n'], 'got -1'),
    (ROWS[:2] + ['test0002.mp4,2,0,1,3,4,1,0,0,1,3\n'],
     'line 4, body_pred_5: expected a class from 0 to 2, got 3'),
    (ROWS[:2] + ['test0002.mp4,2,0,1,3,4,1,0,0,1,2\n'],
     'line 4, body_pred_5: expected 1 (head), the group of action 4, got 2 '
     '(leg)'),
])
def test_wrong_content_is_named(tmp_path, rows, message):
    problems = problems_of(tmp_path, rows)
    assert any(message in problem for problem in problems), problems


def test_wrong_layout_is_named(tmp_path):
    for options in (dict(name='Submission.csv'), dict(readme='x'),
                    dict(name='out/prediction.csv')):
        problems = problems_of(tmp_path, ROWS, **options)
        assert 'flat zip with prediction.csv alone' in problems[0]
    assert 'expected the header vid,' in problems_of(
        tmp_path, ROWS, header='')[0]
    assert 'got nothing' in problems_of(tmp_path, [], header='')[0]


def test_use_without_groups_or_five_classes_is_refused(tmp_path, scores):
    out = tmp_path / 's.zip'
    few = ScoreFile(['a'], [[.5, .5, 0, 0]], list('abcd'))
    for arguments, message in (
        ((scores, None), 'expected the body-level groups'),
        ((scores, ClassGroups(['x'], [0] * 5)), 'groups of 6 classes, got 5'),
        ((few, ClassGroups(['x'], [0] * 4)), 'at least 5 classes, got 4')):
        with pytest.raises(ValueError, match=message):
            write_mac(arguments[0], out, groups=arguments[1])
    with pytest.raises(ValueError, match='numbers from 0'):
        write_mac(scores, out, groups=GROUPS, label_base=1)
    with pytest.raises(ValueError, match='expected the body-level groups'):
        validate_mac(out, IDS, 6)
    with pytest.raises(ValueError, match='test0009'):
        write_mac(scores, out, sample_ids=['test0009.mp4'], groups=GROUPS)
    assert not out.exists()
