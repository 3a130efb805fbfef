from mmgesture.submission import ValidationReport
from mmgesture.submission.report import examples


def test_report_is_valid_until_a_problem_is_added():
    report = ValidationReport('x.zip', 'miga', num_rows=2, histogram={0: 2})
    assert report.ok and 'x.zip: valid miga' in str(report)
    report.problems.append('too short')
    assert not report.ok
    assert 'INVALID' in str(report) and '- too short' in str(report)


def test_examples_say_how_many_more():
    assert examples(['a', 'b']) == 'a, b'
    assert examples(list('abcdefg')) == 'a, b, c, d, e and 2 more'
