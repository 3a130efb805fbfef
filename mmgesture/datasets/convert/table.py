"""Tables (csv) of videos, segments and labels to the annotation format."""
import os
import posixpath
import re
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

import numpy as np

from mmgesture.structures import (AnnotationFile, GestureRecord, make_header,
                                  write_annotations)
from mmgesture.structures.annotation_checks import DEFAULT_SPLITS, is_inside
from mmgesture.textio import read_csv, shown
from ..media_errors import UnreadableMediaError
from ..video_index import video_index
from .intervals import parse_intervals
from .splits import find_subject
from .summary import Conversion, ConversionError
from .table_format import TableFormat

MAX_NAMED = 5


class TableConverter:
    """Reads tables into records, collecting what is wrong on the way.

    Args:
        root (str): Data root.
        form (TableFormat): How to read the tables.
    """

    def __init__(self, root: str, form: TableFormat) -> None:
        self.root = root
        self.form = form
        self.problems: List[str] = []
        self.absent: List[str] = []
        self.unreadable: List[str] = []
        self.listed: Dict[str, None] = {}
        # label as it was written beside each record
        self.found: List[Tuple[GestureRecord, Optional[str], str]] = []

    def read(self, path: str) -> None:
        """Read one table.

        Args:
            path (str): The csv file.
        """
        for where, row in self._rows(path):
            video = self._video(path, row)
            if not is_inside(video):
                self.problems.append(f'{where}: expected a path below the '
                                     f'data root, got {video!r}')
                continue
            self.listed[video] = None
            file = os.path.join(self.root, video)
            if not os.path.isfile(file):
                if video not in self.absent:
                    self.absent.append(video)
                continue
            try:
                segments = self._segments(row, file)
            except UnreadableMediaError as error:
                if video not in self.unreadable:
                    self.unreadable.append(video)
                    self.problems.append(f'{where}: {error}')
                continue
            except ValueError as error:
                self.problems.append(f'{where}: {error}')
                continue
            subject, split = self._person(video, row)
            for label, start, end in segments:
                self.found.append(
                    (GestureRecord(
                        '', video, start, end, None, subject, split), label,
                     where))

    def _rows(self, path: str) -> Iterator[Tuple[str, Dict[str, str]]]:
        rows = read_csv(path, self.form.delimiter)
        header = [name.strip() for name in next(rows, (1, []))[1]]
        wanted = list(self.form.columns.values())
        wanted += [self.form.intervals] if self.form.intervals else []
        lacking = [name for name in wanted if name not in header]
        if lacking:
            self.problems.append(f'{path} row 1: expected the column(s) '
                                 f'{lacking}, found {shown(header, 300)}')
            return
        for number, cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            where = f'{path} row {number}'
            if len(cells) != len(header):
                self.problems.append(
                    f'{where}: expected {len(header)} cells, got '
                    f'{len(cells)}')
                continue
            yield where, dict(zip(header, (c.strip() for c in cells)))

    def _cell(self, row: Dict[str, str], meaning: str) -> Optional[str]:
        name = self.form.columns.get(meaning)
        return (row[name] or None) if name else None

    def _video(self, table: str, row: Dict[str, str]) -> str:
        folder = os.path.relpath(os.path.dirname(table) or '.', self.root)
        folder = self.form.video_dir.format(
            csv_dir=folder.replace(os.sep, '/'),
            csv_stem=os.path.splitext(os.path.basename(table))[0])
        path = (self._cell(row, 'path') or '').replace('\\', '/')
        return posixpath.normpath(posixpath.join(folder, path))

    def _segments(self, row: Dict[str, str],
                  file: str) -> List[Tuple[Optional[str], int, int]]:
        if self.form.intervals:
            spans = parse_intervals(row[self.form.intervals])
            if not spans:
                raise ValueError('expected labels with intervals, the cell '
                                 'is empty')
        else:
            label = self._cell(row, 'label')
            start, end = self._cell(row, 'start'), self._cell(row, 'end')
            if start is None and end is None:
                return [(label, None, None)]
            spans = [(label, _number(start), _number(end))]
        convert = (
            self._from_seconds
            if self.form.unit == 'seconds' else self._from_frames)
        return [(label, *convert(start, end, file))
                for label, start, end in spans]

    def _from_seconds(self, start: float, end: float,
                      file: str) -> Tuple[int, int]:
        if start < 0 or end <= start:
            raise ValueError('expected 0 <= start < end in seconds, got '
                             f'{start} and {end}')
        stamps = video_index(file).timestamps
        # the frames with start <= time < end, through the real timestamps
        first, beyond = np.searchsorted(stamps,
                                        np.array([start, end]) - 1e-6, 'left')
        if first >= len(stamps):
            raise ValueError(f'the segment starts at {start} s, the last '
                             f'frame of {file} is at {stamps[-1]:.3f} s')
        # shorter than the distance of two frames: the next frame
        return int(first), int(max(beyond, first + 1))

    def _from_frames(self, start: float, end: float,
                     file: str) -> Tuple[int, int]:
        if start != int(start) or end != int(end):
            raise ValueError('expected whole frame numbers, got '
                             f'{start} and {end}; for seconds use unit '
                             "'seconds'")
        first = int(start) - self.form.frame_base
        beyond = int(end) - self.form.frame_base + self.form.inclusive
        if first < 0 or beyond <= first:
            raise ValueError(
                f'expected {self.form.frame_base} <= start '
                f'{"<=" if self.form.inclusive else "<"} end in frames, got '
                f'{start:g} and {end:g}')
        return first, beyond

    def _person(self, video: str, row: Dict[str, str]) -> tuple:
        subject = self._cell(row, 'subject')
        if subject is None and self.form.subject_from_path:
            subject = find_subject(self.form.subject_from_path, video)
        split = self._cell(row, 'split')
        return subject, self.form.subject_splits.get(subject, split)

    def records(self) -> Tuple[List[GestureRecord], List[str]]:
        """Number labels and samples.

        Returns:
            tuple: Records and class names.
        """
        form = self.form
        names = [form.rename.get(label, label) for _, label, _ in self.found]
        if form.classes is None:
            classes = sorted({n for n in names if n is not None})
        else:
            classes = list(form.classes)
        counts: Dict[str, int] = {}
        records = []
        for (record, _, where), name in zip(self.found, names):
            stem = re.sub(r'\W+', '_', os.path.splitext(record.video)[0])
            number = counts[stem] = counts.get(stem, -1) + 1
            record.sample_id = f'{stem}_{number:04d}'
            try:
                record.label = self._label(name, classes)
            except ValueError:
                self.problems.append(f'{where}: expected a label out of '
                                     f'{classes}, got {name!r}')
                continue
            records.append(record)
        return records, classes

    def _label(self, name: Optional[str],
               classes: List[str]) -> Optional[int]:
        if name is None:
            return None
        if self.form.label_base is None:
            return classes.index(name)
        label = int(name) - self.form.label_base
        if not 0 <= label < len(classes):
            raise ValueError
        return label


def _number(text: Optional[str]) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        raise ValueError(
            f'expected a number for start and end, got {text!r}') from None


def convert_table(tables: Sequence[str],
                  root: str,
                  out: str,
                  form: TableFormat,
                  dataset: str = 'custom',
                  missing: str = 'report',
                  bad_rows: str = 'error') -> Conversion:
    """Write the annotation file of videos that tables describe.

    Args:
        tables (Sequence[str]): The csv files, with header rows.
        root (str): Data root; all videos lie below it.
        out (str): The annotation file.
        form (TableFormat): How to read the tables.
        dataset (str): Name in the header. Defaults to 'custom'.
        missing (str): What to do about listed videos that are not there:
            'report' them once and leave them out, or 'error'. Defaults to
            'report'.
        bad_rows (str): The same for rows that cannot be understood, of
            videos that are there. Defaults to 'error'.

    Returns:
        Conversion: Annotations and notes.

    Raises:
        ConversionError: If something is wrong that is not to be reported
            only; names table and row.
    """
    for value in (missing, bad_rows):
        if value not in ('report', 'error'):
            raise ValueError(f"expected 'report' or 'error', got {value!r}")
    converter = TableConverter(root, form)
    for table in tables:
        converter.read(table)
    records, classes = converter.records()
    notes, errors = [], []
    if converter.absent:
        some = ', '.join(converter.absent[:MAX_NAMED])
        more = len(converter.absent) - MAX_NAMED
        (notes if missing == 'report' else errors).append(
            f'{len(converter.absent)} of {len(converter.listed)} listed '
            f'videos are not below {root}: {some}' +
            (f' and {more} more' if more > 0 else ''))
    if bad_rows == 'report':
        notes += [f'left out: {p}' for p in converter.problems]
    else:
        errors += converter.problems
    if not errors and not records:
        errors.append(f'no samples in {list(tables)}')
    if errors:
        raise ConversionError(errors)
    apart = sorted({str(r.subject) for r in records if r.split is None})
    if form.subject_splits and apart:
        notes.append(f'subjects without a split: {apart}')
    used = {r.split for r in records} - {None}
    extra = sorted(used - set(DEFAULT_SPLITS))
    header = make_header(dataset, classes,
                         [*DEFAULT_SPLITS, *extra] if extra else None)
    write_annotations(out, header, records)
    return Conversion(AnnotationFile(header, records), notes)
