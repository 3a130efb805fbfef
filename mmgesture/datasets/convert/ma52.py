"""MA-52's official layout to the annotation format.

``{train,val,test}_list_videos.txt`` name a clip and its label on every line,
the clips lie in ``videos_{train,val,test}``. The sample id is the clip's name
as the list has it (``test0000.mp4``), which is what submissions are keyed by.
The subject is the first part of the name (``0003_01_0001.mp4``: recording
0003); test names tell no recording.

The official test list says 0 for every clip: these labels are hidden, unless
a file with the real ones is given.
"""
import os
import re
from collections import Counter
from typing import List, Mapping, Optional, Set, Tuple

from mmgesture.structures import (AnnotationFile, GestureRecord, make_header,
                                  write_annotations)
from ..ma52 import CLASSES, SPLITS, body_of, ma52_groups
from .ma52_lists import (LIST_NAME, ListLine, named, read_lists,
                         read_test_labels)
from .summary import Conversion, ConversionError

FOLDER = 'videos_{}'

# 0003_01_0001: recording, body-level group, number
_NAME = re.compile(r'^(\d+)_(\d+)_(\d+)$')


def find_videos(folder: str) -> Set[str]:
    """Files of a folder and its subfolders.

    Args:
        folder (str): ``videos_train`` and the like; may be absent.

    Returns:
        Set[str]: Paths relative to the folder.
    """
    return {
        os.path.relpath(os.path.join(place, name),
                        folder).replace(os.sep, '/')
        for place, _, names in os.walk(folder) for name in names
        if not name.startswith('.')
    }


def _present(split: str, lines: List[ListLine], videos: Mapping[str, Set[str]],
             problems: List[str], notes: List[str]) -> List[ListLine]:
    """The clips that become samples; tells about the absent ones."""
    here = videos[split]
    missing = [line for line in lines if line.file not in here]
    for line in missing:
        others = [s for s in SPLITS if line.file in videos[s]]
        if others:
            problems.append(
                f'{line.where}: expected {line.file} in '
                f'{FOLDER.format(split)}, it lies in '
                f'{FOLDER.format(others[0])}')
    unlisted = sorted(here - {line.file for line in lines})
    if unlisted:
        notes.append(f'{split}: {named(unlisted)} in {FOLDER.format(split)} '
                     'are in no list, left out')
    if not missing:
        return lines
    # a submission wants a row for every test clip, readable or not
    keep = split == 'test' and len(missing) < len(lines)
    notes.append(
        f'{split}: {len(missing):,} of {len(lines):,} listed videos are '
        f'absent ({named([line.file for line in missing])}), ' +
        ('kept so that a submission is complete' if keep else 'left out'))
    return lines if keep else [line for line in lines if line.file in here]


def _parts(file: str) -> Optional[Tuple[str, int]]:
    """Recording and body group that a clip's name tells, if it does."""
    name = os.path.splitext(os.path.basename(file))[0]
    match = _NAME.match(name)
    return (match[1], int(match[2])) if match else None


def _check_names(records: List[GestureRecord], notes: List[str]) -> None:
    """Tell about recordings in two splits, and labels that look foreign."""
    recordings = {
        split: {r.subject for r in records if r.split == split} - {None}
        for split in SPLITS
    }
    shared = recordings['train'] & recordings['val']
    if shared:
        notes.append(
            f'{len(shared)} of the {len(recordings["val"])} recordings of val '
            'are in train, too (in the official lists all are): a figure on '
            'val is within recordings')
    odd: Counter = Counter()
    for record in records:
        parts = _parts(record.sample_id)
        if parts and record.label is not None:
            odd[parts[1] != body_of(record.label)] += 1
    if odd[True]:
        notes.append(
            f'{odd[True]:,} of {odd.total():,} labels are of another body '
            'group than the second part of the name says; do the labels '
            'follow label_name.txt, and not the letter codes of the papers?')


def convert_ma52(root: str,
                 out: Optional[str] = None,
                 lists: Optional[str] = None,
                 test_labels: Optional[str] = None,
                 dataset: str = 'ma52') -> Conversion:
    """Write the annotation file of an MA-52 folder.

    Lists and videos may be absent: a split without a list is left out, and
    so are absent videos. Only a test clip whose video is absent, while others
    are there, keeps its place, since submissions need a row for it.

    Args:
        root (str): Folder with ``videos_train`` and so on, the later data
            root.
        out (str, optional): The annotation file; None: ``annotations.jsonl``
            in ``root``. Defaults to None.
        lists (str, optional): Folder of the lists; None: ``root``. Defaults
            to None.
        test_labels (str, optional): List with the real labels of the test
            clips. Defaults to None, then an all-zero test list is hidden.
        dataset (str): Name in the header. Defaults to 'ma52'.

    Returns:
        Conversion: Annotations and notes.

    Raises:
        FileNotFoundError: If there is no list, or no file ``test_labels``.
        ConversionError: If the lists are wrong, or no listed video is there;
            names file and line of every problem.
    """
    problems: List[str] = []
    notes: List[str] = []
    found = read_lists(root if lists is None else lists, problems, notes)
    videos = {
        split: find_videos(os.path.join(root, FOLDER.format(split)))
        for split in SPLITS
    }
    labels = {
        line.file: line.label for lines in found.values() for line in lines
    }
    if 'test' in found:
        labels.update(
            read_test_labels(found['test'], test_labels, problems, notes))
    elif test_labels is not None:
        problems.append(f'{test_labels}: expected a test list beside the '
                        f'test labels, there is no {LIST_NAME.format("test")}')
    if problems:
        # the files can be looked for once it is clear where they belong
        raise ConversionError(problems)
    records = []
    for split, lines in found.items():
        for line in _present(split, lines, videos, problems, notes):
            parts = _parts(line.file)
            records.append(
                GestureRecord(
                    sample_id=line.file,
                    video=f'{FOLDER.format(split)}/{line.file}',
                    label=labels[line.file],
                    subject=parts[0] if parts else None,
                    split=split))
    if not records and not problems:
        problems.append(
            f'no listed video below {os.path.abspath(root)}; expected the '
            f'clips in {" ".join(FOLDER.format(split) for split in SPLITS)}')
    if problems:
        raise ConversionError(problems)
    _check_names(records, notes)
    header = make_header(dataset, CLASSES, SPLITS,
                         dict(groups=ma52_groups()))
    out = os.path.join(root, 'annotations.jsonl') if out is None else out
    write_annotations(out, header, records)
    return Conversion(AnnotationFile(header, records), notes)
