"""MiGA track 1 (micro-gesture classification): writer and validator.

The form that participants of the Kaggle editions (2024 on) handed in is a
flat zip with one ``prediction.csv``: header ``Id,Target``, then one line a
clip with the 0-based class index, in the order of the organisers' test list::

    Id,Target
    0054_0,31

The 2023 edition took another form (:mod:`mmgesture.submission.miga2023`). The
organisers' pages do not print the form in full, so both the names and the
order can be taken from the competition's own ``sample_submission.csv``
(``template``), and the first class number from ``label_base``.
"""
import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Sequence, Union

from mmgesture.textio import read_csv
from .csv_zip import check_ids, class_number, read_csv_zip, write_csv_zip
from .report import ValidationReport, examples
from .score_file import ScoreFile

CSV_NAME = 'prediction.csv'
COLUMNS = ('Id', 'Target')


@dataclass(frozen=True)
class MigaTemplate:
    """What a competition's sample submission fixes.

    Attributes:
        columns (tuple[str, str]): Names of the id and the class column.
        sample_ids (list[str]): The ids, in the order wanted.
    """

    columns: tuple
    sample_ids: List[str]


def read_miga_template(path: Union[str, Path]) -> MigaTemplate:
    """Read a ``sample_submission.csv``.

    Args:
        path (str | Path): A csv with a header and two columns, ids first.

    Returns:
        MigaTemplate: Its column names and ids.

    Raises:
        ValueError: If it does not have two columns, or ids repeat.
    """
    rows = [row for _, row in read_csv(path) if row]
    bad = [index for index, row in enumerate(rows, 1) if len(row) != 2]
    if not rows or bad:
        where = f', line {bad[0]}' if bad else ''
        raise ValueError(f'{path}{where}: expected a header and two columns '
                         '(id, class) in the sample submission')
    sample_ids = [row[0] for row in rows[1:]]
    twice = [name for name, n in Counter(sample_ids).items() if n > 1]
    if twice:
        raise ValueError(f'{path}: ids occur twice: {examples(twice)}')
    return MigaTemplate(columns=tuple(rows[0]), sample_ids=sample_ids)


def write_miga(score_file: ScoreFile,
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
            wanted, usually the test split of the annotation file. By default
            those of the template, else all of the score file.
        template (str | Path, optional): The competition's
            ``sample_submission.csv``; its column names and, unless
            ``sample_ids`` is given, its ids and order are used.
        label_base (int): Number of the first class. Defaults to 0.

    Raises:
        ValueError: If an expected id has no scores.
    """
    columns: Sequence[str] = COLUMNS
    if template is not None:
        wanted = read_miga_template(template)
        columns = wanted.columns
        if sample_ids is None:
            sample_ids = wanted.sample_ids
    if sample_ids is None:
        sample_ids = score_file.sample_ids
    chosen = score_file.select(sample_ids)
    rows = [[name, int(row.argmax()) + label_base]
            for name, row in zip(chosen.sample_ids, chosen.scores)]
    write_csv_zip(out, CSV_NAME, [columns, *rows])


def validate_miga(path: Union[str, Path],
                  sample_ids: Sequence[str],
                  num_classes: int,
                  template: Optional[Union[str, Path]] = None,
                  label_base: int = 0) -> ValidationReport:
    """Check a submission the way a server would, but with all reasons.

    It must be a flat zip holding ``prediction.csv`` alone, with the header,
    every expected id exactly once and nothing else, and class numbers in
    range. The order is not checked: the ids carry it.

    Args:
        path (str | Path): The zip.
        sample_ids (Sequence[str]): The ids that must be there.
        num_classes (int): Number of classes.
        template (str | Path, optional): The competition's
            ``sample_submission.csv``, for its column names; its ids must be
            the expected ones.
        label_base (int): Number of the first class. Defaults to 0.

    Returns:
        ValidationReport: Empty problems when the file is valid.
    """
    report = ValidationReport(path=str(path), format='miga')
    columns = list(COLUMNS)
    if template is not None:
        wanted = read_miga_template(template)
        columns = list(wanted.columns)
        differing = sorted(set(wanted.sample_ids) ^ set(sample_ids))
        if differing:
            report.problems.append(
                f'the template {template} and the annotations disagree on '
                f'{len(differing)} ids: {examples(differing)}')
    rows = read_csv_zip(path, CSV_NAME, report)
    if rows is None:
        return report
    if not rows or rows[0] != columns:
        got = ','.join(rows[0]) if rows else 'nothing'
        report.problems.append(f'expected the header {",".join(columns)}, '
                               f'got {got}')
    check_targets(rows[1:], 2, CSV_NAME, sample_ids, num_classes, label_base,
                  report)
    return report


def check_targets(rows: Sequence[Sequence[str]], first_line: int, name: str,
                  sample_ids: Sequence[str], num_classes: int,
                  label_base: int, report: ValidationReport) -> None:
    """Check rows of an id and a class number.

    Args:
        rows (Sequence[Sequence[str]]): Cells, without the header.
        first_line (int): Number of the first row's line in the file.
        name (str): The file, for messages.
        sample_ids (Sequence[str]): The ids that must be there.
        num_classes (int): Number of classes.
        label_base (int): Number of the first class.
        report (ValidationReport): Problems are appended here, rows and
            classes are counted.
    """
    found, histogram = [], Counter()
    for number, row in enumerate(rows, start=first_line):
        where = f'{name}, line {number}'
        if len(row) != 2:
            report.problems.append(f'{where}: expected 2 columns, got '
                                   f'{len(row)}')
            continue
        found.append(row[0])
        target = class_number(row[1], num_classes, label_base, where, report)
        if target is not None:
            histogram[target] += 1
    check_ids(found, sample_ids, report)
    report.num_rows = len(found)
    report.histogram = dict(sorted(histogram.items()))
