import zipfile

import pytest

from mmgesture.submission import ScoreFile, validate_miga, write_miga
from mmgesture.submission.miga import read_miga_template

IDS = ['0054_0', '0054_1', '0060_0']


@pytest.fixture
def scores():
    # in another order than the expected ids, with one clip too many
    return ScoreFile(
        ['0060_0', '0054_1', '9999_9', '0054_0'],
        [[.1, .2, .7], [.4, .4, .2], [1, 0, 0], [0, 1, 0]], ['a', 'b', 'c'])


def write_zip(path, text, name='prediction.csv', **more):
    with zipfile.ZipFile(path, 'w') as archive:
        archive.writestr(name, text)
        for extra, content in more.items():
            archive.writestr(extra, content)
    return path


def csv_of(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ['prediction.csv']
        return archive.read('prediction.csv').decode()


def test_zip_holds_id_and_class_in_the_expected_order(tmp_path, scores):
    out = tmp_path / 'folder' / 'sub.zip'
    write_miga(scores, out, sample_ids=IDS)
    assert csv_of(out) == 'Id,Target\n0054_0,1\n0054_1,0\n0060_0,2\n'
    report = validate_miga(out, IDS, 3)
    assert report.ok and report.num_rows == 3
    assert report.histogram == {0: 1, 1: 1, 2: 1}
    assert 'valid miga submission, 3 rows' in str(report)


def test_same_scores_give_the_same_bytes(tmp_path, scores):
    for name in ('a.zip', 'b.zip'):
        write_miga(scores, tmp_path / name, sample_ids=IDS)
    assert (tmp_path / 'a.zip').read_bytes() == (tmp_path /
                                                 'b.zip').read_bytes()


def test_template_gives_names_and_order(tmp_path, scores):
    template = tmp_path / 'sample_submission.csv'
    template.write_text('clip,label\n0060_0,0\n0054_1,0\n0054_0,0\n')
    out = tmp_path / 'sub.zip'
    write_miga(scores, out, template=template, label_base=1)
    assert csv_of(out) == 'clip,label\n0060_0,3\n0054_1,1\n0054_0,2\n'
    assert validate_miga(out, IDS, 3, template=template, label_base=1).ok
    assert not validate_miga(out, IDS, 3).ok


def test_template_with_other_clips_is_reported(tmp_path, scores):
    template = tmp_path / 'sample_submission.csv'
    template.write_text('Id,Target\n0060_0,0\n')
    out = tmp_path / 'sub.zip'
    write_miga(scores, out, template=template)
    problems = validate_miga(out, IDS, 3, template=template).problems
    assert any('disagree on 2 ids' in problem for problem in problems)


@pytest.mark.parametrize('text, message', [
    ('', 'expected a header'), ('a\n', 'line 1'), ('a,b\nx,1,2\n', 'line 2'),
    ('a,b\nx,0\nx,0\n', 'twice: x')])
def test_wrong_template_is_refused(tmp_path, text, message):
    path = tmp_path / 't.csv'
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        read_miga_template(path)


def test_expected_clip_without_scores_is_refused(tmp_path, scores):
    with pytest.raises(ValueError, match='0099_0'):
        write_miga(scores, tmp_path / 's.zip', sample_ids=IDS + ['0099_0'])
    assert not (tmp_path / 's.zip').exists()


@pytest.mark.parametrize('text, message', [
    ('Id,Target\n0054_0,1\n0054_1,0\n', '1 ids are missing: 0060_0'),
    ('Id,Target\n0054_0,1\n0054_1,0\n0060_0,2\nx,0\n',
     '1 ids are not expected: x'),
    ('Id,Target\n0054_0,1\n0054_0,1\n0054_1,0\n0060_0,2\n',
     '1 ids occur more than once: 0054_0'),
    ('Id,Target\n0054_0,3\n0054_1,0\n0060_0,2\n', 'class from 0 to 2, got 3'),
    ('Id,Target\n0054_0,-1\n0054_1,0\n0060_0,2\n', 'got -1'),
    ('Id,Target\n0054_0,1.0\n0054_1,0\n0060_0,2\n', "got '1.0'"),
    ('Id,Target\n0054_0,1,2\n0054_1,0\n0060_0,2\n', 'line 2: expected 2 col'),
    ('Id,Class\n0054_0,1\n0054_1,0\n0060_0,2\n', 'header Id,Target'),
    ('0054_0,1\n0054_1,0\n0060_0,2\n', 'header Id,Target'),
    ('', 'got nothing'),
])
def test_wrong_content_is_named(tmp_path, text, message):
    path = write_zip(tmp_path / 's.zip', text)
    report = validate_miga(path, IDS, 3)
    assert not report.ok
    assert any(message in problem for problem in report.problems)


def test_wrong_layout_is_named(tmp_path):
    good = 'Id,Target\n0054_0,1\n0054_1,0\n0060_0,2\n'
    nested = write_zip(tmp_path / 'n.zip', good, name='out/prediction.csv')
    extra = write_zip(tmp_path / 'e.zip', good, readme='x')
    for path in (nested, extra):
        problems = validate_miga(path, IDS, 3).problems
        assert any('flat zip' in problem for problem in problems)
    (tmp_path / 'x.zip').write_text('no zip')
    assert 'not a zip' in str(validate_miga(tmp_path / 'x.zip', IDS, 3))
    assert 'no such file' in str(validate_miga(tmp_path / 'y.zip', IDS, 3))
