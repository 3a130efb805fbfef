"""The rules of the annotation format, one JSON object at a time.

The format itself is documented in :mod:`mmgesture.structures.annotation`.
"""
import posixpath
from typing import Any, Dict, List, Optional, Sequence

from .groups import group_problems

FORMAT_KEY = 'mmgesture_annotations'
FORMAT_VERSION = 1
DEFAULT_SPLITS = ('train', 'val', 'test')
PATH_KEYS = ('video', 'keypoints', 'depth')
REQUIRED_KEYS = ('sample_id', 'video', 'label', 'split')
OPTIONAL_KEYS = ('start', 'end', 'subject', 'keypoints', 'depth')
MAX_SHOWN = 10
MAX_LENGTH = 400


class AnnotationError(ValueError):
    """An annotation file breaks the format.

    Args:
        path (str): The annotation file.
        problems (Sequence[str]): One message per problem, each with its
            line number.
    """

    def __init__(self, path: str, problems: Sequence[str]) -> None:
        self.path = str(path)
        self.problems = list(problems)
        # a problem may quote a value of any length
        shown = '\n  '.join(p if len(p) <= MAX_LENGTH else p[:MAX_LENGTH] +
                            ' ...' for p in self.problems[:MAX_SHOWN])
        more = len(self.problems) - MAX_SHOWN
        tail = f'\n  ... and {more} more' if more > 0 else ''
        super().__init__(
            f'{self.path}: {len(self.problems)} problem(s) in the annotation '
            f'file (format: see mmgesture/structures/annotation.py):\n'
            f'  {shown}{tail}')

    def __reduce__(self):
        return type(self), (self.path, self.problems)


def make_header(dataset: str,
                classes: Sequence[str],
                splits: Optional[Sequence[str]] = None,
                extra: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
    """Build a header.

    Args:
        dataset (str): Short name of the set.
        classes (Sequence[str]): Class names by label.
        splits (Sequence[str], optional): Names that ``split`` may take;
            None: train, val, test. Defaults to None.
        extra (dict, optional): Further keys. Defaults to None.

    Returns:
        dict: A valid header.
    """
    header = {FORMAT_KEY: FORMAT_VERSION, 'dataset': dataset}
    header['classes'] = list(classes)
    if splits is not None:
        header['splits'] = list(splits)
    header.update(extra or {})
    return header


def is_inside(path: str) -> bool:
    """Whether a relative path stays below the data root.

    Args:
        path (str): Path as written in the annotation file.

    Returns:
        bool: False for absolute paths, drive letters, backslashes and paths
        whose ``..`` lead out of the root.
    """
    if not path or path.startswith('/') or '\\' in path or path[1:2] == ':':
        return False
    return posixpath.normpath(path).split('/')[0] != '..'


def _is_int(value: Any) -> bool:
    # bool is a subclass of int, but `true` is no frame number
    return isinstance(value, int) and not isinstance(value, bool)


def header_problems(header: Any, allow_outside: bool = False) -> List[str]:
    """What is wrong with a header.

    Args:
        header (Any): The parsed first line.
        allow_outside (bool): Accept paths in ``videos`` that are absolute or
            leave the data root. Defaults to False.

    Returns:
        List[str]: Empty if it is valid.
    """
    if not isinstance(header, dict) or FORMAT_KEY not in header:
        return [
            f'expected the header {{"{FORMAT_KEY}": {FORMAT_VERSION}, '
            '"dataset": ..., "classes": [...]}, got '
            f'{str(header)[:80]!r}'
        ]
    problems = []
    if header[FORMAT_KEY] != FORMAT_VERSION:
        problems.append(f'expected format version {FORMAT_VERSION}, got '
                        f'{header[FORMAT_KEY]!r}')
    if not isinstance(header.get('dataset'), str):
        problems.append('expected "dataset" to be the name of the set (str), '
                        f'got {header.get("dataset")!r}')
    for key in ('classes', 'splits'):
        if key == 'splits' and key not in header:
            continue
        names = header.get(key)
        if not isinstance(names, list) or not names or not all(
                isinstance(n, str) and n for n in names):
            problems.append(f'expected "{key}" to be a list of names, got '
                            f'{str(names)[:80]}')
        elif len(set(names)) != len(names):
            repeated = sorted({n for n in names if names.count(n) > 1})
            problems.append(f'expected "{key}" to be distinct, repeated: '
                            f'{repeated}')
    if header.get('groups') is not None and not problems:
        problems += group_problems(header['groups'], len(header['classes']))
    videos = header.get('videos', [])
    if not isinstance(videos, list) or not all(
            isinstance(v, dict) for v in videos):
        return problems + ['expected "videos" to be a list of objects']
    paths = [v[key] for v in videos for key in PATH_KEYS if v.get(key)]
    outside = [p for p in paths if not isinstance(p, str) or not is_inside(p)]
    if outside and not allow_outside:
        problems.append('expected the paths of "videos" to stay inside the '
                        f'data root, got {outside[:3]}; pass '
                        'allow_outside=True if you trust this file')
    return problems


def record_problems(line: Any,
                    num_classes: int,
                    splits: Sequence[str],
                    allow_outside: bool = False) -> List[str]:
    """What is wrong with the JSON object of one sample.

    Args:
        line (Any): The parsed line.
        num_classes (int): Length of the class list.
        splits (Sequence[str]): Names that ``split`` may take.
        allow_outside (bool): Accept absolute paths and paths that leave the
            data root. Defaults to False.

    Returns:
        List[str]: Empty if it is valid.
    """
    if not isinstance(line, dict):
        return [f'expected a JSON object, got {type(line).__name__}']
    missing = [key for key in REQUIRED_KEYS if key not in line]
    if missing:
        return [f'missing key(s) {missing}; found {sorted(line)}']
    problems = []
    if not isinstance(line['sample_id'], str) or not line['sample_id']:
        problems.append('expected "sample_id" to be a non-empty str, got '
                        f'{line["sample_id"]!r}')
    for key in PATH_KEYS:
        value = line.get(key)
        if value is None and (key != 'video' or line.get('keypoints')):
            continue
        if not isinstance(value, str) or not value:
            problems.append(f'expected "{key}" to be a path (str), got '
                            f'{value!r}')
        elif not allow_outside and not is_inside(value):
            problems.append(
                f'expected "{key}" to be a path relative to the data root '
                f'with "/" between folders that stays inside it, got '
                f'{value!r}; pass allow_outside=True if you trust this file')
    problems += _segment_problems(line.get('start'), line.get('end'))
    label = line['label']
    if label is not None and (not _is_int(label)
                              or not 0 <= label < num_classes):
        problems.append(f'expected "label" to be null or an int in 0..'
                        f'{num_classes - 1} (0-based), got {label!r}')
    if line['split'] is not None and line['split'] not in splits:
        problems.append(f'expected "split" to be null or one of '
                        f'{list(splits)}, got {line["split"]!r}')
    subject = line.get('subject')
    if subject is not None and not isinstance(subject, str):
        problems.append(f'expected "subject" to be null or a str, got '
                        f'{subject!r}')
    return problems


def _segment_problems(start: Any, end: Any) -> List[str]:
    """What is wrong with a pair of frame numbers."""
    if start is None and end is None:
        return []
    if not _is_int(start) or not _is_int(end):
        return [
            'expected "start" and "end" to be two ints or both null, got '
            f'{start!r} and {end!r}'
        ]
    if start < 0 or start >= end:
        return [
            'expected 0 <= start < end (half-open frame numbers), got '
            f'start {start} and end {end}'
        ]
    return []
