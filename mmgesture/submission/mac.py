"""MAC, the Micro-Action challenge on MA-52 (Codabench): writer, validator.

A flat zip with one ``prediction.csv``: a header, then one line a clip in the
order of the test list, with the five best actions, best first, and their
body-level groups::

    vid,action_pred_1,...,action_pred_5,body_pred_1,...,body_pred_5
    test0000.mp4,9,10,8,5,7,1,1,1,1,1

All numbers are 0-based. ``body_pred_k`` is the group of ``action_pred_k``,
so that groups may repeat; the groups come from the annotation file's header.
"""
import csv
from collections import Counter
from pathlib import Path
from typing import List, Optional, Sequence, Union

import numpy as np

from mmgesture.structures.groups import ClassGroups
from mmgesture.textio import read_csv, read_text, shown
from .csv_zip import check_ids, class_number, read_csv_zip, write_csv_zip
from .report import ValidationReport, examples
from .score_file import ScoreFile

CSV_NAME = 'prediction.csv'
NUM_BEST = 5
COLUMNS = ('vid', *(f'action_pred_{k}' for k in range(1, NUM_BEST + 1)),
           *(f'body_pred_{k}' for k in range(1, NUM_BEST + 1)))


def read_mac_template(path: Union[str, Path]) -> List[str]:
    """Read the clip names of a list or of an example submission.

    Args:
        path (str | Path): A csv with the header of a submission, or a test
            list with ``<file> <label>`` lines.

    Returns:
        list[str]: The names, in the file's order.

    Raises:
        ValueError: If there is none, or names repeat.
    """
    lines = [x for x in read_text(path).splitlines() if x.strip()]
    if lines and lines[0].split(',')[0] == COLUMNS[0]:
        names = [row[0] for _, row in read_csv(path) if any(row)][1:]
    else:
        names = [''.join(line.rsplit(None, 1)[:-1]) for line in lines]
    twice = [name for name, n in Counter(names).items() if n > 1]
    if not names or not all(names) or twice:
        raise ValueError(
            f'{path}: expected the names of the test clips, each once, as '
            f'"{COLUMNS[0]},..." or "<file> <label>" lines, got '
            f'{examples(twice) + " twice" if twice else shown(lines[:1])}')
    return names


def write_mac(score_file: ScoreFile,
              out: Union[str, Path],
              sample_ids: Optional[Sequence[str]] = None,
              template: Optional[Union[str, Path]] = None,
              label_base: int = 0,
              groups: Optional[ClassGroups] = None) -> None:
    """Write the zip that is handed in.

    Equal scores are ordered by class, lowest first. The same scores give the
    same bytes.

    Args:
        score_file (ScoreFile): Scores of at least the expected clips.
        out (str | Path): The zip to write.
        sample_ids (Sequence[str], optional): Expected ids in the order
            wanted, usually the test split of the annotation file. Defaults
            to None, those of the template, else all of the score file.
        template (str | Path, optional): See :func:`read_mac_template`.
            Defaults to None.
        label_base (int): Number of the first class; this form has 0 only.
            Defaults to 0.
        groups (ClassGroups, optional): Body-level group of every class. Must
            be given. Defaults to None.

    Raises:
        ValueError: If an expected id has no scores, there are fewer than
            five classes, or the groups are missing or of other classes.
    """
    _check_use(score_file.num_classes, label_base, groups)
    if sample_ids is None:
        sample_ids = (
            score_file.sample_ids
            if template is None else read_mac_template(template))
    chosen = score_file.select(sample_ids)
    # stable, so that equal scores keep the order of the classes
    best = np.argsort(-chosen.scores, axis=1, kind='stable')[:, :NUM_BEST]
    body = np.asarray(groups.of_class)[best]  # (num_clips, NUM_BEST)
    rows = [[name, *actions, *parts] for name, actions, parts in zip(
        chosen.sample_ids, best.tolist(), body.tolist())]
    write_csv_zip(out, CSV_NAME, [COLUMNS, *rows])


def validate_mac(path: Union[str, Path],
                 sample_ids: Sequence[str],
                 num_classes: int,
                 template: Optional[Union[str, Path]] = None,
                 label_base: int = 0,
                 groups: Optional[ClassGroups] = None) -> ValidationReport:
    """Check a submission, with all reasons.

    It must be a flat zip holding ``prediction.csv`` alone, with the header,
    the expected clips in their order, each with five different actions and
    the groups that belong to them.

    Args:
        path (str | Path): The zip.
        sample_ids (Sequence[str]): The clips that must be there, in the
            order of the test list.
        num_classes (int): Number of actions.
        template (str | Path, optional): See :func:`read_mac_template`; it
            must name the expected clips, and gives the order. Defaults to
            None.
        label_base (int): Number of the first class; this form has 0 only.
            Defaults to 0.
        groups (ClassGroups, optional): Body-level group of every class. Must
            be given. Defaults to None.

    Returns:
        ValidationReport: Empty problems when the file is valid. Its
        histogram counts ``action_pred_1``.

    Raises:
        ValueError: If there are fewer than five classes, or the groups are
            missing or of other classes.
    """
    _check_use(num_classes, label_base, groups)
    report = ValidationReport(path=str(path), format='mac')
    if template is not None:
        wanted = read_mac_template(template)
        differing = sorted(set(wanted) ^ set(sample_ids))
        if differing:
            report.problems.append(
                f'the template {template} and the annotations disagree on '
                f'{len(differing)} ids: {examples(differing)}')
        else:
            sample_ids = wanted
    rows = read_csv_zip(path, CSV_NAME, report)
    if rows is None:
        return report
    if not rows or tuple(rows[0]) != COLUMNS:
        got = ','.join(rows[0]) if rows else 'nothing'
        report.problems.append(f'expected the header {",".join(COLUMNS)}, '
                               f'got {got}')
    found, histogram = [], Counter()
    for number, row in enumerate(rows[1:], start=2):
        where = f'{CSV_NAME}, line {number}'
        if len(row) != len(COLUMNS):
            report.problems.append(
                f'{where}: expected {len(COLUMNS)} columns, a clip with '
                f'{NUM_BEST} actions and {NUM_BEST} groups, got {len(row)}')
            continue
        found.append(row[0])
        first = _check_row(row, groups, where, report)
        if first is not None:
            histogram[first] += 1
    check_ids(found, sample_ids, report)
    if found != list(sample_ids) and sorted(found) == sorted(sample_ids):
        line, name = next((line, name) for line, (name, other) in enumerate(
            zip(found, sample_ids), 2) if name != other)
        report.problems.append(
            f'expected the order of the test list; {CSV_NAME}, line {line} '
            f'has {name} where the list has {sample_ids[line - 2]}')
    report.num_rows = len(found)
    report.histogram = dict(sorted(histogram.items()))
    return report


def _check_row(row: Sequence[str], groups: ClassGroups, where: str,
               report: ValidationReport) -> Optional[int]:
    """Check the ten numbers of a clip; the best action, if it is one."""
    num_classes = len(groups.of_class)
    numbers = []
    for column, cell in zip(COLUMNS[1:], row[1:]):
        size = num_classes if column.startswith('action') else len(
            groups.names)
        numbers.append(
            class_number(cell, size, 0, f'{where}, {column}', report))
    actions, body = numbers[:NUM_BEST], numbers[NUM_BEST:]
    known = [a for a in actions if a is not None]
    if len(known) == NUM_BEST and len(set(known)) < NUM_BEST:
        report.problems.append(f'{where}: expected {NUM_BEST} different '
                               f'actions, got {known}')
    for k, (action, part) in enumerate(zip(actions, body), start=1):
        if action is None or part is None or \
                not 0 <= action < num_classes:
            continue
        right = groups.of_class[action]
        if part != right and 0 <= part < len(groups.names):
            report.problems.append(
                f'{where}, body_pred_{k}: expected {right} '
                f'({groups.names[right]}), the group of action {action}, got '
                f'{part} ({groups.names[part]})')
    return actions[0]


def _check_use(num_classes: int, label_base: int,
               groups: Optional[ClassGroups]) -> None:
    if groups is None:
        raise ValueError('expected the body-level groups of the classes; the '
                         "annotation file's header has them under \"groups\" "
                         'when tools/data/ma52/convert.py wrote it')
    if len(groups.of_class) != num_classes:
        raise ValueError(f'expected groups of {num_classes} classes, got '
                         f'{len(groups.of_class)}')
    if num_classes < NUM_BEST:
        raise ValueError(f'expected at least {NUM_BEST} classes, got '
                         f'{num_classes}: the form wants the {NUM_BEST} best')
    if label_base != 0:
        raise ValueError('expected 0 as the number of the first class, got '
                         f'{label_base}: this form numbers from 0')
