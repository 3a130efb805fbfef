"""Score files that belong together: the same classes, clips and labels."""
from typing import List, Sequence

from .score_file import ScoreFile

__all__ = ['align_clips', 'check_same_labels']

#: Clips that a message names.
MAX_NAMED = 3


def align_clips(score_files: Sequence[ScoreFile]) -> List[ScoreFile]:
    """Bring score files into the clip order of the first one.

    Args:
        score_files (Sequence[ScoreFile]): At least one.

    Returns:
        list[ScoreFile]: The same ids in the same order; labels are not
        compared.

    Raises:
        ValueError: If classes or ids differ; the message names the files and
            what differs.
    """
    if not score_files:
        raise ValueError('expected at least one score file, got none')
    first = score_files[0]
    for other in score_files[1:]:
        _check_classes(first, other)
        _check_ids(first, other)
    return [file.select(first.sample_ids) for file in score_files]


def check_same_labels(first: ScoreFile, other: ScoreFile) -> None:
    """Raise unless two aligned files have the same labels.

    Args:
        first (ScoreFile): One file.
        other (ScoreFile): Another, in the same order of clips.

    Raises:
        ValueError: If a label differs, a hidden one from a known one too.
    """
    differing = [
        row for row, (x, y) in enumerate(zip(first.labels, other.labels))
        if x != y
    ]
    if differing:
        row = differing[0]
        raise ValueError(
            f'{len(differing)} of {len(first)} clips have another label in '
            f'{other.source} than in {first.source}, first '
            f'{first.sample_ids[row]!r}: {other.labels[row]} and '
            f'{first.labels[row]}; test both with the same annotation file')


def _check_classes(first: ScoreFile, other: ScoreFile) -> None:
    """Raise where the class lists differ, with the first difference."""
    if first.classes == other.classes:
        return
    if first.num_classes != other.num_classes:
        what = f'{first.num_classes} and {other.num_classes} classes'
    else:
        index = next(i for i, pair in enumerate(
            zip(first.classes, other.classes)) if pair[0] != pair[1])
        what = (f'class {index} is {first.classes[index]!r} and '
                f'{other.classes[index]!r}')
    raise ValueError(f'{first.source} and {other.source} do not have the '
                     f'same classes in the same order: {what}')


def _check_ids(first: ScoreFile, other: ScoreFile) -> None:
    """Raise where the sets of ids differ, with numbers and examples."""
    mine, theirs = set(first.sample_ids), set(other.sample_ids)
    parts = [
        f'{file.source} lacks {len(gone)} clips, e.g. '
        f'{sorted(gone)[:MAX_NAMED]}'
        for file, gone in ((other, mine - theirs), (first, theirs - mine))
        if gone
    ]
    if parts:
        raise ValueError(
            f'{first.source} ({len(first)} clips) and {other.source} '
            f'({len(other)} clips) are not about the same clips: '
            f'{"; ".join(parts)}. Test them on the same split of the same '
            'annotation file')
