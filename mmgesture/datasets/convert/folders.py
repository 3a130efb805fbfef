"""Folders of clips, one folder per class, to the annotation format."""
import os
from typing import Dict, List, Optional, Sequence, Tuple

from mmgesture.structures import (AnnotationFile, GestureRecord, make_header,
                                  write_annotations)
from mmgesture.structures.annotation_checks import DEFAULT_SPLITS
from .splits import divide, find_subject
from .summary import Conversion, ConversionError

SUFFIXES = ('.mp4', '.avi', '.mkv', '.mov', '.webm', '.mpg', '.mpeg', '.m4v')


def find_clips(root: str) -> List[Tuple[str, str]]:
    """Find ``class/.../clip`` below a folder.

    Args:
        root (str): The folder.

    Returns:
        list: Pairs (class, path relative to ``root``), sorted.
    """
    found = []
    for folder, _, names in os.walk(root):
        relative = os.path.relpath(folder, root).replace(os.sep, '/')
        if relative == '.':
            continue
        found += [(relative.split('/')[0], f'{relative}/{name}')
                  for name in names if name.lower().endswith(SUFFIXES)]
    return sorted(found)


def convert_folders(root: str,
                    out: Optional[str] = None,
                    ratios: Sequence[Tuple[str, float]] = (('train', 0.8),
                                                           ('test', 0.2)),
                    subject_pattern: Optional[str] = None,
                    subject_splits: Optional[Dict[str, str]] = None,
                    seed: int = 0,
                    dataset: str = 'custom') -> Conversion:
    """Write the annotation file of ``root/class/clip.mp4``.

    With a pattern for subjects, people are divided and never clips of one
    person; without, the clips of each class are divided.

    Args:
        root (str): The folder, the later data root.
        out (str, optional): The annotation file; None: ``annotations.jsonl``
            in ``root``. Defaults to None.
        ratios (Sequence[Tuple[str, float]]): Pairs (split, share). Defaults
            to 80 % train, 20 % test.
        subject_pattern (str, optional): Regular expression whose first group
            is the subject, searched in the relative path. Defaults to None.
        subject_splits (dict, optional): Subject to split, in place of
            ``ratios``. Defaults to None.
        seed (int): Another seed divides otherwise. Defaults to 0.
        dataset (str): Name in the header. Defaults to 'custom'.

    Returns:
        Conversion: Annotations and notes.

    Raises:
        ConversionError: If there are no clips, or a clip names no subject
            although a pattern is given.
    """
    clips = find_clips(root)
    if not clips:
        raise ConversionError([
            f'no videos below {os.path.abspath(root)}; expected '
            f'CLASS/CLIP with one of the suffixes {SUFFIXES}'
        ])
    if subject_splits and subject_pattern is None:
        raise ValueError('a split by subject needs the pattern that finds '
                         'the subject in the path')
    subjects: Dict[str, Optional[str]] = {
        path: find_subject(subject_pattern, path) if subject_pattern else None
        for _, path in clips
    }
    if subject_pattern:
        nameless = [p for p, subject in subjects.items() if subject is None]
        if nameless:
            raise ConversionError([
                f'{path}: no subject found with {subject_pattern!r}'
                for path in nameless
            ])
    if subject_splits:
        chosen = {p: subject_splits.get(s) for p, s in subjects.items()}
    elif subject_pattern:
        people = divide(list(subjects.values()), ratios, seed)
        chosen = {p: people[s] for p, s in subjects.items()}
    else:
        chosen = {}
        for name in sorted({name for name, _ in clips}):
            chosen.update(
                divide([p for n, p in clips if n == name], ratios, seed))
    classes = sorted({name for name, _ in clips})
    records = [
        GestureRecord(
            sample_id=os.path.splitext(path)[0],
            video=path,
            label=classes.index(name),
            subject=subjects[path],
            split=chosen[path]) for name, path in clips
    ]
    notes = []
    apart = sorted({str(r.subject) for r in records if r.split is None})
    if apart:
        notes.append(f'subjects without a split: {apart}')
    used = {r.split for r in records} - {None}
    extra = sorted(used - set(DEFAULT_SPLITS))
    header = make_header(dataset, classes,
                         [*DEFAULT_SPLITS, *extra] if extra else None)
    out = os.path.join(root, 'annotations.jsonl') if out is None else out
    write_annotations(out, header, records)
    return Conversion(AnnotationFile(header, records), notes)
