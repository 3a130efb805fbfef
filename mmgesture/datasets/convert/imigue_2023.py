"""The iMiGUE release of MiGA 2023: keypoints of cut gestures, no video.

``train_data.npy`` holds (N, 3, 90, 22, 1): x, y and confidence of 22
keypoints over 90 frames, shorter gestures padded; ``train_label.pkl`` holds
the pair (names, labels). Each gesture becomes a file of its own,
``keypoints/<name>.npz`` (T, 22, 3), frames of zeros at the end cut off, and a
sample that spans the whole file.
"""
import os
import re
import zlib
from typing import Dict, List, Optional, Sequence

import numpy as np

from mmgesture.structures import (AnnotationFile, GestureRecord, make_header,
                                  write_annotations)
from ..imigue import (IMIGUE_CLASSES, IMIGUE_NON_GESTURE_FILE_ID,
                      imigue_label)
from ..plain_pickle import load_plain_pickle
from ..skeleton_files.miga2023 import open_miga2023, trim
from .imigue_files import enumerate_names
from .imigue_keypoints import write_keypoints, written_frames
from .imigue_records import KEYPOINT_FOLDER, SCHEMES, Progress, choose_split
from .imigue_tables import read_subjects
from .imigue_test_part import SAMPLE_ID, read_test_ids
from .summary import Conversion, ConversionError

LABEL_BASES = ('auto', 'file', 'index')
_DATA = re.compile(r'^(train|val|test)(?:id|idate|idation)?_data\.npy$')


def find_arrays(root: str) -> Dict[str, str]:
    """Find the arrays of the release.

    Args:
        root (str): Folder that they lie below.

    Returns:
        Dict[str, str]: 'train', 'val', 'test' to the path of its array.

    Raises:
        FileNotFoundError: If there is none.
        ConversionError: If a split is there twice.
    """
    found: Dict[str, str] = {}
    problems = []
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            match = _DATA.match(name)
            path = os.path.join(folder, name)
            if match and found.setdefault(match[1], path) != path:
                problems.append(f'{found[match[1]]} and {path}: expected one '
                                f'array of the {match[1]} part')
    if problems:
        raise ConversionError(problems)
    if not found:
        raise FileNotFoundError('no train_data.npy, val_data.npy or '
                                f'test_data.npy below {os.path.abspath(root)}')
    return {part: found[part] for part in SCHEMES['miga'] if part in found}


def label_base_of(labels: Sequence[int]) -> str:
    """Find out how labels are numbered.

    Args:
        labels (Sequence[int]): All labels.

    Returns:
        str: 'file' (1..31 and 99) or 'index' (0..31).

    Raises:
        ValueError: If they fit both or neither.
    """
    if IMIGUE_NON_GESTURE_FILE_ID in labels and 0 not in labels:
        return 'file'
    if 0 in labels and IMIGUE_NON_GESTURE_FILE_ID not in labels:
        return 'index'
    raise ValueError('expected labels either 1..31 and 99 or 0..31, got '
                     f'{min(labels)} to {max(labels)}, which does not tell '
                     'which: say so with --label-base file or index')


def _read_labels(path: str, number: int) -> tuple:
    """Names and labels of one part; raises ValueError."""
    content = load_plain_pickle(path)
    try:
        names, labels = content
        names = [str(name) for name in np.asarray(names).tolist()]
        numbers = np.asarray(labels)
    except (TypeError, ValueError) as error:
        raise ValueError(f'{path}: expected the pair (names, labels), got '
                         f'{type(content).__name__}') from error
    if numbers.ndim != 1 or not np.issubdtype(numbers.dtype, np.integer):
        raise ValueError(f'{path}: expected whole numbers as labels, got '
                         f'{numbers.dtype} of shape {numbers.shape}')
    if not len(names) == len(numbers) == number:
        raise ValueError(f'{path}: {len(names)} names and {len(numbers)} '
                         f'labels, the array has {number} samples: expected '
                         'as many')
    return names, [int(n) for n in numbers]


def convert_imigue_2023(root: str,
                        out: Optional[str] = None,
                        split: str = 'miga',
                        subjects: Optional[str] = None,
                        test_ids: Optional[str] = None,
                        label_base: str = 'auto',
                        progress: Progress = None) -> Conversion:
    """Write the annotation file and keypoint files of the 2023 release.

    Args:
        root (str): Folder that the arrays lie below, the later data root.
        out (str, optional): The annotation file; None: ``annotations.jsonl``
            in ``root``. Defaults to None.
        split (str): 'miga' or 'official'; samples of the validation videos
            of later challenges go to val in 'miga'. Defaults to 'miga'.
        subjects (str, optional): Csv of ``video,subject``. Defaults to None.
        test_ids (str, optional): Ids of the samples of ``test_data.npy``
            where it has no label file. Defaults to None.
        label_base (str): 'file': labels 1..31 and 99; 'index': 0..31;
            'auto': found out. Defaults to 'auto'.
        progress (Callable, optional): Called with (stage, done, all).
            Defaults to None.

    Returns:
        Conversion: Annotations and notes.

    Raises:
        FileNotFoundError: If there is no array.
        ConversionError: If files are wrong; names every problem.
        ValueError: If options are wrong.
    """
    if split not in SCHEMES or label_base not in LABEL_BASES:
        raise ValueError(f'expected split in {list(SCHEMES)} and label_base '
                         f'in {LABEL_BASES}, got {split!r}, {label_base!r}')
    people = {} if subjects is None else read_subjects(subjects)
    notes: List[str] = []
    problems: List[str] = []
    parts = []
    for part, path in find_arrays(root).items():
        try:
            data = open_miga2023(path)
            known = path[:-len('_data.npy')] + '_label.pkl'
            labels: List[Optional[int]] = [None] * len(data)
            if os.path.isfile(known):
                names, labels = _read_labels(known, len(data))
            elif part == 'test' and test_ids is not None:
                names = read_test_ids(test_ids)
                if len(names) != len(data):
                    raise ValueError(f'{test_ids}: expected {len(data)} ids '
                                     f'for {path}, got {len(names)}')
            else:
                notes.append(f'{path}: no {os.path.basename(known)}'
                             f'{" and no --test-ids" * (part == "test")}, '
                             f'its {len(data)} samples are left out')
                continue
            parts.append((part, path, data, names, labels))
        except ValueError as error:
            problems.append(str(error))
    if not problems:
        _number_labels(parts, label_base, problems, notes)
    plan = _plan(parts, split, people, problems, notes)
    if problems:
        raise ConversionError(problems)
    _write_arrays(root, plan, problems, progress)
    if problems:
        raise ConversionError(problems)
    records = [record for record, *_ in plan]
    header = make_header(
        'imigue', IMIGUE_CLASSES, SCHEMES[split],
        dict(split_scheme=split, release='miga-2023',
             keypoint_layout='imigue-22'))
    out = os.path.join(root, 'annotations.jsonl') if out is None else out
    write_annotations(out, header, records)
    return Conversion(AnnotationFile(header, records), notes)


def _number_labels(parts: List[tuple], base: str, problems: List[str],
                   notes: List[str]) -> None:
    """Make all labels 0-based, in place."""
    given = [n for *_, labels in parts for n in labels if n is not None]
    if base == 'auto' and given:
        try:
            base = label_base_of(given)
        except ValueError as error:
            problems.append(str(error))
            return
        notes.append(f'labels are numbered by {base}: found out, see '
                     '--label-base')
    for part, path, _, names, labels in parts:
        for row, number in enumerate(labels):
            if number is None:
                continue
            try:
                if base == 'index' and not 0 <= number < len(IMIGUE_CLASSES):
                    raise ValueError('expected a label 0..'
                                     f'{len(IMIGUE_CLASSES) - 1}, got '
                                     f'{number}')
                labels[row] = number if base == 'index' else imigue_label(
                    number)
            except ValueError as error:
                problems.append(f'{path[:-len("_data.npy")]}_label.pkl '
                                f'sample {row} ({names[row]}): {error}')


def _plan(parts: List[tuple], scheme: str, people: Dict[str, int],
          problems: List[str], notes: List[str]) -> List[tuple]:
    """Records with the array and the row that each comes from."""
    plan, seen, strange = [], {}, []
    for part, path, data, names, labels in parts:
        for row, (name, label) in enumerate(zip(names, labels)):
            where = f'{path} sample {row}'
            match = SAMPLE_ID.match(name)
            if seen.setdefault(name, where) != where:
                problems.append(f'{where}: expected distinct samples, '
                                f'{name!r} is already {seen[name]}')
                continue
            if not re.fullmatch(r'[\w\-]+', name):
                problems.append(f'{where}: expected a name such as 0054_0, '
                                f'got {name!r}')
                continue
            video = match[1].zfill(4) if match else name
            if not match:
                strange.append(name)
            try:
                chosen = choose_split(video, part, scheme, people)
            except ValueError as error:
                problems.append(f'{where}: {error}')
                continue
            subject = people.get(video)
            plan.append((GestureRecord(
                name,
                None,
                label=label,
                split=chosen,
                subject=None if subject is None else str(subject),
                keypoints=f'{KEYPOINT_FOLDER}/{name}.npz'), path, data, row))
    if strange:
        notes.append(f'{len(strange)} names are not <VID>_<row>, their part '
                     f'is their split: {enumerate_names(strange)}')
    return plan


def _write_arrays(root: str, plan: List[tuple], problems: List[str],
                  progress: Progress) -> None:
    for done, (record, path, data, row) in enumerate(plan, 1):
        target = os.path.join(root, record.keypoints)
        source = zlib.crc32(np.ascontiguousarray(data[row]))
        if written_frames(target, source) is None:
            keypoints = trim(data[row])
            if np.isfinite(keypoints).all():
                write_keypoints(target, keypoints, source)
            else:
                problems.append(f'{path} sample {row} ({record.sample_id}): '
                                'expected finite numbers')
        if progress is not None:
            progress('skeletons', done, len(plan))
