import zipfile

import pytest

from mmgesture.submission import (ScoreFile, validate_miga2023,
                                  write_miga2023)

IDS = ['0054_0', '0054_1', '0060_0']
GOOD = '0054_0,1\n0054_1,0\n0060_0,2\n'


@pytest.fixture
def scores():
    # in another order than the expected ids, with one clip too many
    return ScoreFile(
        ['0060_0', '0054_1', '9999_9', '0054_0'],
        [[.1, .2, .7], [.4, .4, .2], [1, 0, 0], [0, 1, 0]], ['a', 'b', 'c'])


def write_zip(path, text, name='Submission.csv', **more):
    with zipfile.ZipFile(path, 'w') as archive:
        archive.writestr(name, text)
        for extra, content in more.items():
            archive.writestr(extra, content)
    return path


def test_zip_holds_rows_without_a_header_in_the_expected_order(
        tmp_path, scores):
    out = tmp_path / 'Submission.zip'
    write_miga2023(scores, out, sample_ids=IDS)
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ['Submission.csv']
        assert archive.read('Submission.csv').decode() == GOOD
    report = validate_miga2023(out, IDS, 3)
    assert report.ok and report.num_rows == 3
    assert report.histogram == {0: 1, 1: 1, 2: 1}


def test_first_class_may_have_number_one(tmp_path, scores):
    out = tmp_path / 'Submission.zip'
    write_miga2023(scores, out, label_base=1)
    ids = scores.sample_ids
    assert validate_miga2023(out, ids, 3, label_base=1).ok
    assert not validate_miga2023(out, ids, 3).ok


@pytest.mark.parametrize('text, message', [
    ('Id,Target\n' + GOOD, 'expected no header'),
    ('0054_0,1\n0054_1,0\n', '1 ids are missing: 0060_0'),
    (GOOD + 'x,0\n', '1 ids are not expected: x'),
    (GOOD + '0054_0,1\n', '1 ids occur more than once: 0054_0'),
    ('0054_0,3\n0054_1,0\n0060_0,2\n',
     'Submission.csv, line 1: expected a class from 0 to 2, got 3'),
    ('0054_0,-1\n0054_1,0\n0060_0,2\n', 'got -1'),
    ('0054_0,1\n0054_1,0.5\n0060_0,2\n', "line 2: expected a class number"),
    ('0054_0,1,2\n0054_1,0\n0060_0,2\n', 'line 1: expected 2 columns'),
    ('', '3 ids are missing'),
])
def test_wrong_content_is_named(tmp_path, text, message):
    report = validate_miga2023(
        write_zip(tmp_path / 's.zip', text), IDS, 3)
    assert any(message in problem for problem in report.problems), report


def test_wrong_layout_is_named(tmp_path):
    for path in (write_zip(tmp_path / 'n.zip', GOOD, name='prediction.csv'),
                 write_zip(tmp_path / 'e.zip', GOOD, readme='x')):
        assert 'flat zip with Submission.csv alone' in str(
            validate_miga2023(path, IDS, 3))
    assert 'no such file' in str(validate_miga2023(tmp_path / 'y', IDS, 3))


def test_missing_scores_and_templates_are_refused(tmp_path, scores):
    with pytest.raises(ValueError, match='0099_0'):
        write_miga2023(scores, tmp_path / 's.zip', sample_ids=['0099_0'])
    with pytest.raises(ValueError, match='has no template'):
        write_miga2023(scores, tmp_path / 's.zip', template='t.csv')
    with pytest.raises(ValueError, match='has no template'):
        validate_miga2023(tmp_path / 's.zip', IDS, 3, template='t.csv')
    assert not (tmp_path / 's.zip').exists()
