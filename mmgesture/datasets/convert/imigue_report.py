"""How much of the official iMiGUE set a conversion holds."""
from typing import List

from mmgesture.structures import AnnotationFile
from ..imigue import (IMIGUE_COUNTS, IMIGUE_NUM_GESTURES, IMIGUE_NUM_VIDEOS,
                      IMIGUE_OFFICIAL_COUNTS)


def completeness(annotations: AnnotationFile) -> List[str]:
    """Compare a converted set with the official numbers.

    Args:
        annotations (AnnotationFile): With ``split_scheme`` 'miga' or
            'official' in its header.

    Returns:
        List[str]: A line per split, the labels, the videos, and first the
        verdict: 'complete' if every split has its official number of
        samples, else what is missing.
    """
    scheme = annotations.header.get('split_scheme', 'miga')
    official = IMIGUE_COUNTS if scheme == 'miga' else IMIGUE_OFFICIAL_COUNTS
    lines, lacking = [], []
    for split, expected in official.items():
        found = sum(r.split == split for r in annotations.records)
        state = _state(expected - found)
        if found != expected:
            lacking.append(f'{split} {state}')
        lines.append(f'{split}: {found} of {expected} samples: {state}')
    unassigned = sum(r.split is None for r in annotations.records)
    if unassigned:
        lacking.append(f'{unassigned} samples without a split')
    known = sum(r.label is not None for r in annotations.records)
    lines.append(f'labels: {known} known, {len(annotations.records) - known} '
                 f'hidden; the authors count {IMIGUE_NUM_GESTURES}')
    if scheme == 'miga':
        lines[-1] += (f' ({sum(IMIGUE_COUNTS.values())} in the challenge, '
                      f'those of its {IMIGUE_COUNTS["test"]} test samples '
                      'withheld)')
    videos = len(annotations.header.get('videos', ()))
    if videos:
        lines.append(f'videos: {videos} of {IMIGUE_NUM_VIDEOS}: ' + _state(
            IMIGUE_NUM_VIDEOS - videos))
    verdict = 'complete' if not lacking else 'not complete: ' + ', '.join(
        lacking)
    return [f'{scheme} split: {verdict}'] + lines


def _state(missing: int) -> str:
    if not missing:
        return 'complete'
    return f'{missing} missing' if missing > 0 else f'{-missing} too many'
