"""The one annotation format of mmgesture: JSON lines, one file per set.

A data root holds the media and one ``annotations.jsonl``. Its first line is
the header, every further line one sample, each on a single line (blank lines
are skipped)::

    {"mmgesture_annotations": 1, "dataset": "smg", "classes": ["...", ...]}
    {"sample_id": "Sample0001_0003", "video": "a/b.mp4", "start": 100,
     "end": 177, "label": 14, "subject": "1", "split": "train"}

Header

=====================  ========  ============================================
key                    required  meaning
=====================  ========  ============================================
mmgesture_annotations  yes       version of the format: 1
dataset                yes       short name of the set (str)
classes                yes       class names; ``label`` indexes this list
splits                 no        names that ``split`` may take; default
                                 ``["train", "val", "test"]``
videos                 no        list of objects about whole videos, with or
                                 without samples: ``video_id, video, subject,
                                 split, num_frames, fps, labelled``, ...
groups                 no        see :mod:`mmgesture.structures.groups`
anything else          no        kept as it is
=====================  ========  ============================================

Sample

==========  ========  =======================================================
key         required  meaning
==========  ========  =======================================================
sample_id   yes       unique name (str); scores and submissions join by it
video       yes       media file, relative to the data root, ``/`` between
                      folders; blanks are fine; null only where there are
                      ``keypoints`` instead
label       yes       0-based class index (int), or null: hidden
split       yes       one of the header's splits, or null: unassigned
start, end  no        0-based frame numbers, half-open: the frames ``start``
                      to ``end - 1``; both null or both absent: whole file
subject     no        who is seen (str), or null
keypoints   no        skeleton file, relative to the data root
depth       no        depth video, relative to the data root
other keys  no        kept in :attr:`GestureRecord.extra`
==========  ========  =======================================================

Everything is validated on reading; the error names the file, the line and
what was expected. Paths that are absolute or leave the data root are refused
unless ``allow_outside=True``: an annotation file from somebody else must not
make us read arbitrary files.
"""
import hashlib
import json
from typing import Any, Dict, Iterator, Sequence, Tuple

from mmgesture.fileio import atomic_write
from mmgesture.textio import parse_json, shown
from .annotation_checks import (DEFAULT_SPLITS, OPTIONAL_KEYS, REQUIRED_KEYS,
                                AnnotationError, header_problems, make_header,
                                record_problems)
from .record import AnnotationFile, GestureRecord

__all__ = [
    'AnnotationError', 'AnnotationFile', 'GestureRecord', 'annotation_hash',
    'make_header', 'read_annotations', 'write_annotations'
]


def read_annotations(path: str, allow_outside: bool = False) -> AnnotationFile:
    """Read and validate an annotation file.

    Args:
        path (str): The jsonl file.
        allow_outside (bool): Accept absolute paths and paths that leave the
            data root. Defaults to False.

    Returns:
        AnnotationFile: Header and records.

    Raises:
        FileNotFoundError: If there is no such file.
        AnnotationError: If anything breaks the format; lists every problem
            with its line number.
    """
    header, records, problems, seen = None, [], [], {}
    splits: Sequence[str] = DEFAULT_SPLITS
    for number, text in _lines(path):
        try:
            line = parse_json(
                text, f'line {number}: expected one JSON object')
        except ValueError as error:
            problems.append(str(error))
            if header is None:
                raise AnnotationError(path, problems) from error
            continue
        if header is None:
            found = header_problems(line, allow_outside)
            if found:
                raise AnnotationError(
                    path, [f'line {number}: {p}' for p in found])
            header = line
            splits = header.get('splits', DEFAULT_SPLITS)
            continue
        found = record_problems(line, len(header['classes']), splits,
                                allow_outside)
        name = line.get('sample_id') if isinstance(line, dict) else None
        if isinstance(name, str) and seen.setdefault(name, number) != number:
            found.append(f'expected distinct sample ids, {shown(name)} is '
                         f'already on line {seen[name]}')
        if found:
            problems += [f'line {number}: {p}' for p in found]
        else:
            records.append(_to_record(line))
    if header is None:
        raise AnnotationError(path, ['line 1: expected the header, the file '
                                     'is empty'])
    if problems:
        raise AnnotationError(path, problems)
    return AnnotationFile(header, records)


def _lines(path: str) -> Iterator[Tuple[int, str]]:
    """Number, from 1, and text of each line that is not blank."""
    with open(path, encoding='utf-8-sig') as file:
        try:
            for number, text in enumerate(file, 1):
                if text.strip():
                    yield number, text
        except UnicodeDecodeError as error:
            raise AnnotationError(
                path, [f'expected text in UTF-8: {error}']) from error


def _to_record(line: Dict[str, Any]) -> GestureRecord:
    known = {k: line[k] for k in REQUIRED_KEYS + OPTIONAL_KEYS if k in line}
    extra = {k: v for k, v in line.items() if k not in known}
    return GestureRecord(**known, extra=extra)


def write_annotations(path: str,
                      header: Dict[str, Any],
                      records: Sequence[GestureRecord],
                      allow_outside: bool = False) -> None:
    """Validate and write an annotation file, atomically.

    Args:
        path (str): The jsonl file.
        header (dict): See :func:`make_header`.
        records (Sequence[GestureRecord]): The samples.
        allow_outside (bool): Accept absolute paths and paths that leave the
            data root. Defaults to False.

    Raises:
        AnnotationError: If the content breaks the format; nothing is
            written.
    """
    problems = [f'line 1: {p}' for p in header_problems(header, allow_outside)]
    if not problems:
        splits = header.get('splits', DEFAULT_SPLITS)
        seen: Dict[str, int] = {}
        for number, record in enumerate(records, 2):
            found = record_problems(record.to_dict(),
                                    len(header['classes']), splits,
                                    allow_outside)
            first = seen.setdefault(record.sample_id, number)
            if first != number:
                found.append(f'expected distinct sample ids, '
                             f'{record.sample_id!r} is already on line '
                             f'{first}')
            problems += [f'line {number}: {p}' for p in found]
    if problems:
        raise AnnotationError(path, problems)
    with atomic_write(path) as file:
        for line in [header] + [r.to_dict() for r in records]:
            file.write(json.dumps(line, ensure_ascii=False) + '\n')


def annotation_hash(path: str) -> str:
    """SHA-256 of an annotation file, for the record of an experiment.

    Args:
        path (str): The jsonl file.

    Returns:
        str: 64 hexadecimal digits of the file's bytes.
    """
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            digest.update(block)
    return digest.hexdigest()
