import pytest

from mmgesture.structures import ClassGroups
from mmgesture.submission import (FORMATS, ScoreFile, get_format,
                                  read_scores, write_scores)


CLIPS = sorted(n for n, form in FORMATS.items() if not form.of_videos)


@pytest.mark.parametrize('name', CLIPS)
def test_what_a_format_writes_from_a_score_file_it_validates(tmp_path, name):
    form = get_format(name)
    ids = ['0054_0', '0054_1']
    write_scores(
        tmp_path / 'scores.jsonl',
        ScoreFile(ids, [[0, 1, 0, 0, 0], [.2] * 5], list('abcde')))
    options = {}
    if form.needs_groups:
        options['groups'] = ClassGroups(['x', 'y'], [0, 0, 0, 1, 1])
    out = tmp_path / (form.zip_name or 'sub.zip')
    form.write(read_scores(tmp_path / 'scores.jsonl'), out, sample_ids=ids,
               template=None, label_base=0, **options)
    report = form.validate(
        out, sample_ids=ids, num_classes=5, template=None, label_base=0,
        **options)
    assert report.ok and report.format == form.name == name
    assert report.num_rows == 2 and report.histogram == {0: 1, 1: 1}
    assert not form.validate(
        out, sample_ids=ids[:1], num_classes=5, template=None, label_base=0,
        **options).ok


def test_unknown_format_is_refused():
    with pytest.raises(ValueError,
                       match="out of .*'mac', 'miga', .*'miga2023'.*'nope'"):
        get_format('nope')
