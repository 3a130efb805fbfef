"""The test part of the challenge, whose labels are withheld.

The challenge gives the segments of the test part and keeps the classes: the
label tables carry a placeholder, and a list of ids says what is scored and in
which order.
"""
import re
from collections import Counter
from typing import Dict, List, Sequence

from mmgesture.structures import GestureRecord
from mmgesture.textio import parse_json, read_text, shown
from .imigue_files import ImigueVideo, enumerate_names
from .imigue_tables import LabelRow

SAMPLE_ID = re.compile(r'^(\d{3,4})_(\d+)$')
PLACEHOLDER_MIN = 10
"""From so many rows on, one and the same class everywhere in the test part
is taken for a placeholder."""


def hide_placeholders(tables: Dict[str, List[LabelRow]],
                      notes: List[str]) -> Dict[str, List[LabelRow]]:
    """Hide the labels of a test part that has one class everywhere.

    Args:
        tables (dict): Video to rows, of the test part only.
        notes (List[str]): What was done is appended here.

    Returns:
        dict: The same, or with all labels None.
    """
    labels = [row.label for rows in tables.values() for row in rows]
    if len(labels) < PLACEHOLDER_MIN or len(set(labels)) > 1 or \
            labels[0] is None:
        return tables
    notes.append(f'all {len(labels)} gestures of the test part have label '
                 f'{labels[0]}: taken for a placeholder, their labels are '
                 'hidden')
    return {
        name: [row._replace(label=None) for row in rows]
        for name, rows in tables.items()
    }


def read_test_ids(path: str) -> List[str]:
    """Read the ids of the hidden test in the order of the challenge.

    Args:
        path (str): A json list of ids, or a text file with one id at the
            start of each line (``0054_0``, ``0054_0.mp4 0``, ``0054_0,0``).

    Returns:
        List[str]: Ids ``<VID>_<row>``.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it holds anything else, or an id twice; names file
            and row.
    """
    text = read_text(path)
    if path.lower().endswith('.json'):
        entries: Sequence = parse_json(text, path)
        if not isinstance(entries, list):
            raise ValueError(f'{path}: expected a json list of ids, got '
                             f'{type(entries).__name__}')
    else:
        entries = [re.split(r'[\s,]', line.strip())[0]
                   for line in text.splitlines() if line.strip()]
    ids = []
    for number, entry in enumerate(entries, 1):
        name = re.sub(r'\.mp4$', '', entry) if isinstance(entry, str) else ''
        if not SAMPLE_ID.match(name):
            raise ValueError(f'{path} entry {number}: expected an id such as '
                             f'0054_0, got {shown(entry)}')
        ids.append(name)
    twice = sorted(name for name, n in Counter(ids).items() if n > 1)
    if twice:
        raise ValueError(f'{path}: {len(twice)} ids occur twice: '
                         f'{", ".join(twice[:5])}')
    if not ids:
        raise ValueError(f'{path}: expected ids such as 0054_0, it is empty')
    return ids


def order_test_part(records: Sequence[GestureRecord], wanted: Sequence[str],
                    videos: Dict[str, ImigueVideo], problems: List[str],
                    notes: List[str]) -> List[GestureRecord]:
    """Bring the test part into the order of the list of ids.

    An id without a segment becomes a sample if there is its cut clip
    (``<VID>_<row>.mp4``).

    Args:
        records (Sequence[GestureRecord]): All samples.
        wanted (Sequence[str]): Ids of the test part.
        videos (Dict[str, ImigueVideo]): Files by video.
        problems (List[str]): Ids that belong to another split are appended
            here.
        notes (List[str]): Ids without a sample and samples that are not
            listed are appended here.

    Returns:
        List[GestureRecord]: Other splits as they were, then the listed ones.
    """
    test = {r.sample_id: r for r in records if r.split == 'test'}
    others = [r for r in records if r.split != 'test']
    splits = {r.sample_id: r.split for r in others}
    strange = [f'{name} ({splits[name]})' for name in wanted if name in splits]
    if strange:
        problems.append('expected the list of test ids to hold ids of the '
                        f'test part, got {len(strange)} others: '
                        f'{enumerate_names(strange)}')
    found, lost = [], []
    for name in wanted:
        video, row = name.split('_')
        clip = videos[video].clips.get(int(row)) if video in videos else None
        if name in test:
            found.append(test.pop(name))
        elif clip and name not in splits:
            found.append(GestureRecord(name, clip, split='test'))
        elif name not in splits:
            lost.append(name)
    if lost:
        notes.append(f'{len(lost)} of {len(wanted)} listed test ids have '
                     'neither a row in a label file nor a cut clip: '
                     f'{enumerate_names(lost)}')
    if test:
        notes.append(f'{len(test)} gestures of the test part are not on the '
                     f'list, left out: {enumerate_names(list(test))}')
    return others + found
