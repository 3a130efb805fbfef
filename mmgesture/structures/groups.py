"""Groups of classes: a coarser level that metrics and submissions count at.

A set whose classes fall into groups (MA-52: 52 actions, 7 parts of the body)
says so in the header of its annotation file::

    "groups": {"names": ["body", "head"], "of_class": [0, 0, 1]}

``of_class`` has the 0-based group of every class, in the order of the
header's ``classes``. Groups are fixed by the class: a prediction of a class
is a prediction of its group.
"""
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple


@dataclass(frozen=True)
class ClassGroups:
    """Names of the groups, and the group of every class.

    Attributes:
        names (tuple[str, ...]): Group names by 0-based group number.
        of_class (tuple[int, ...]): Group of every class, by label.

    Raises:
        ValueError: If a group is out of range, or names repeat.
    """

    names: Tuple[str, ...]
    of_class: Tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, 'names', tuple(self.names))
        object.__setattr__(self, 'of_class', tuple(self.of_class))
        problems = group_problems(self.to_dict(), len(self.of_class))
        if problems:
            raise ValueError('; '.join(problems))

    def to_dict(self) -> Dict[str, list]:
        """The groups as an annotation header carries them.

        Returns:
            dict: ``names`` and ``of_class`` as lists.
        """
        return dict(names=list(self.names), of_class=list(self.of_class))


def class_groups(header: Dict[str, Any]) -> Optional[ClassGroups]:
    """The groups of an annotation header, or of a dataset's ``metainfo``.

    Args:
        header (dict): With ``classes``, and maybe ``groups``.

    Returns:
        ClassGroups: None where the set has no groups.

    Raises:
        ValueError: If the groups are wrong.
    """
    groups = header.get('groups')
    if groups is None:
        return None
    problems = group_problems(groups, len(header['classes']))
    if problems:
        raise ValueError('; '.join(problems))
    return ClassGroups(groups['names'], groups['of_class'])


def group_problems(groups: Any, num_classes: int) -> List[str]:
    """What is wrong with the ``groups`` of a header.

    Args:
        groups (Any): The parsed value.
        num_classes (int): Length of the class list.

    Returns:
        List[str]: Empty if it is valid.
    """
    if not isinstance(groups, dict) or set(groups) != {'names', 'of_class'}:
        return [
            'expected "groups" to be {"names": [...], "of_class": [...]}, '
            f'got {str(groups)[:80]}'
        ]
    names, of_class = groups['names'], groups['of_class']
    if not isinstance(names, (list, tuple)) or not names or not all(
            isinstance(n, str) and n for n in names) or len(
                set(names)) != len(names):
        return [
            'expected the "names" of "groups" to be distinct texts, got '
            f'{str(names)[:80]}'
        ]
    if not isinstance(of_class, (list, tuple)) or len(
            of_class) != num_classes:
        got = len(of_class) if isinstance(of_class, (list, tuple)) else \
            repr(of_class)
        return [
            f'expected "of_class" of "groups" to have one group for each of '
            f'the {num_classes} classes, got {got}'
        ]
    wrong = [
        f'{group!r} for class {label}' for label, group in enumerate(of_class)
        if not isinstance(group, int) or isinstance(group, bool)
        or not 0 <= group < len(names)
    ]
    if wrong:
        return [
            f'expected group numbers 0..{len(names) - 1} in "of_class" of '
            f'"groups", got {", ".join(wrong[:3])}'
        ]
    return []
