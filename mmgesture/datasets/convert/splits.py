"""Dividing samples into splits without mixing people."""
import hashlib
import re
from typing import Dict, List, Optional, Sequence, Tuple


def parse_subject_splits(words: Sequence[str]) -> Dict[str, str]:
    """``['train=1,2,3', 'test=4']`` to subject to split.

    Args:
        words (Sequence[str]): One word per split.

    Returns:
        dict: Subject (str) to name of the split.

    Raises:
        ValueError: If a word has another form or a subject is named twice.
    """
    chosen: Dict[str, str] = {}
    for word in words:
        name, sign, subjects = word.partition('=')
        if not sign or not name or not subjects:
            raise ValueError('expected SPLIT=SUBJECT,SUBJECT such as '
                             f'train=1,2,3, got {word!r}')
        for subject in subjects.split(','):
            if chosen.setdefault(subject.strip(), name) != name:
                raise ValueError(f'subject {subject!r} is in two splits: '
                                 f'{chosen[subject.strip()]} and {name}')
    return chosen


def parse_ratios(words: Sequence[str]) -> List[Tuple[str, float]]:
    """``['train=0.8', 'test=0.2']`` to pairs whose shares sum to 1.

    Args:
        words (Sequence[str]): One word per split.

    Returns:
        list: Pairs (name, share).

    Raises:
        ValueError: If a word has another form or a share is not positive.
    """
    pairs = []
    for word in words:
        name, _, share = word.partition('=')
        try:
            pairs.append((name, float(share)))
        except ValueError:
            raise ValueError('expected SPLIT=SHARE such as train=0.8, got '
                             f'{word!r}') from None
    if not pairs or min(share for _, share in pairs) <= 0:
        raise ValueError(f'expected positive shares, got {list(words)}')
    total = sum(share for _, share in pairs)
    return [(name, share / total) for name, share in pairs]


def divide(names: Sequence[str], ratios: Sequence[Tuple[str, float]],
           seed: int) -> Dict[str, str]:
    """Divide distinct names into splits by share, the same on any machine.

    Args:
        names (Sequence[str]): What to divide: clips, or people.
        ratios (Sequence[Tuple[str, float]]): Pairs (split, share).
        seed (int): Another seed divides otherwise.

    Returns:
        dict: Name to split.
    """
    order = sorted(
        set(names),
        key=lambda n: hashlib.sha256(f'{seed}/{n}'.encode()).digest())
    chosen, share = {}, 0.
    start = 0
    for split, part in ratios:
        share += part
        stop = round(share * len(order))
        chosen.update((name, split) for name in order[start:stop])
        start = stop
    return chosen


def find_subject(pattern: str, path: str) -> Optional[str]:
    """Subject that a path names.

    Args:
        pattern (str): Regular expression; its first group is the subject.
        path (str): Path relative to the data root.

    Returns:
        str: The subject; None if the pattern is not found.

    Raises:
        ValueError: If the pattern has no group.
    """
    compiled = re.compile(pattern)
    if not compiled.groups:
        raise ValueError('expected a pattern with a group for the subject, '
                         f"such as 'Subject (\\d+)', got {pattern!r}")
    match = compiled.search(path)
    return match[1] if match else None
