"""MiGA 2023 track 1 (Codalab): writer and validator.

``Submission.zip`` holds one ``Submission.csv`` without a header, a clip on
every line: its id and the 0-based class index, in the order of the
organisers' test list::

    0054_0,31

The form is that of the participants' public code; the organisers' pages do
not print it in full.
"""
from pathlib import Path
from typing import Optional, Sequence, Union

from .csv_zip import read_csv_zip, write_csv_zip
from .miga import check_targets
from .report import ValidationReport
from .score_file import ScoreFile

CSV_NAME = 'Submission.csv'
ZIP_NAME = 'Submission.zip'


def write_miga2023(score_file: ScoreFile,
                   out: Union[str, Path],
                   sample_ids: Optional[Sequence[str]] = None,
                   template: Optional[Union[str, Path]] = None,
                   label_base: int = 0) -> None:
    """Write the zip that is handed in.

    The class of a clip is the one with the highest score, the lowest index
    among equals. The same scores give the same bytes.

    Args:
        score_file (ScoreFile): Scores of at least the expected clips.
        out (str | Path): The zip to write.
        sample_ids (Sequence[str], optional): Expected ids in the order
            wanted. Defaults to None, all of the score file.
        template (str | Path, optional): This form has none. Defaults to
            None.
        label_base (int): Number of the first class. Defaults to 0.

    Raises:
        ValueError: If an expected id has no scores, or a template is given.
    """
    _refuse_template(template)
    chosen = score_file.select(
        score_file.sample_ids if sample_ids is None else sample_ids)
    write_csv_zip(out, CSV_NAME,
                  [[name, int(row.argmax()) + label_base]
                   for name, row in zip(chosen.sample_ids, chosen.scores)])


def validate_miga2023(path: Union[str, Path],
                      sample_ids: Sequence[str],
                      num_classes: int,
                      template: Optional[Union[str, Path]] = None,
                      label_base: int = 0) -> ValidationReport:
    """Check a submission, with all reasons.

    It must be a flat zip holding ``Submission.csv`` alone, without a header,
    every expected id exactly once and nothing else, and class numbers in
    range. The order is not checked: the ids carry it.

    Args:
        path (str | Path): The zip.
        sample_ids (Sequence[str]): The ids that must be there.
        num_classes (int): Number of classes.
        template (str | Path, optional): This form has none. Defaults to
            None.
        label_base (int): Number of the first class. Defaults to 0.

    Returns:
        ValidationReport: Empty problems when the file is valid.

    Raises:
        ValueError: If a template is given.
    """
    _refuse_template(template)
    report = ValidationReport(path=str(path), format='miga2023')
    rows = read_csv_zip(path, CSV_NAME, report)
    if rows is None:
        return report
    if rows and len(rows[0]) == 2 and not rows[0][1].lstrip('-').isdigit():
        report.problems.append('expected no header, the first line is '
                               f'{",".join(rows[0])}')
        check_targets(rows[1:], 2, CSV_NAME, sample_ids, num_classes,
                      label_base, report)
    else:
        check_targets(rows, 1, CSV_NAME, sample_ids, num_classes, label_base,
                      report)
    return report


def _refuse_template(template: Optional[Union[str, Path]]) -> None:
    if template is not None:
        raise ValueError(f'{template}: the form of MiGA 2023 has no template; '
                         'leave it away')
