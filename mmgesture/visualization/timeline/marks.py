"""What is right and what is wrong at the operating point, row by row.

The matching is that of the F1 (one to one, by score), the kinds are those of
the error analysis, in fewer words. So the rows add up: matched and missed
ones are the annotations, and all but the missed ones the detections.
"""
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

import numpy as np

from mmgesture.evaluation.functional.detection_errors import (FP_KINDS,
                                                              miss_reasons)
from mmgesture.evaluation.functional.detection_errors.positives import kinds_of
from mmgesture.evaluation.functional.segment_matching import match
from mmgesture.ops.segments import segment_iou
from mmgesture.structures import VideoDetections

__all__ = ['KINDS', 'MARKS', 'MarkedRow', 'mark_rows']

#: What a row can be. 'found' stands where no annotation is known.
KINDS = ('matched', 'missed', 'false alarm', 'wrong class', 'badly placed',
         'found')
#: A sign for each, so that colour is never the only one.
MARKS = ('\u2713', '\u2013', '!', '\u2260', '\u2194', '\u2022')

_OF_KIND = {
    'true positive': 'matched',
    'double detection': 'false alarm',
    'wrong label': 'wrong class',
    'confusion': 'wrong class',
    'localisation': 'badly placed',
    'background': 'false alarm',
}
_WHY_MISSED = {
    'below the threshold': 'found, but with a score below the threshold',
    'taken by a neighbour': 'what was found here belongs to a neighbour',
    'wrong label': 'found as another class',
    'localisation': 'found, but badly placed',
    'nothing there': 'nothing was found here',
}


@dataclass(frozen=True)
class MarkedRow:
    """An annotation, a detection, or both as a matched pair.

    Attributes:
        kind (str): One of :data:`KINDS`.
        note (str): More about it, maybe ''.
        truth (tuple[float, float], optional): Start and end of the
            annotation, in the unit of the video's segments.
        truth_label (int, optional): Its class.
        found (tuple[float, float], optional): Start and end of the
            detection.
        label (int, optional): Its class.
        score (float, optional): Its score.
    """

    kind: str
    note: str = ''
    truth: Optional[Tuple[float, float]] = None
    truth_label: Optional[int] = None
    found: Optional[Tuple[float, float]] = None
    label: Optional[int] = None
    score: Optional[float] = None

    @property
    def start(self) -> float:
        """float: Where it begins; the annotation is asked first."""
        return (self.truth or self.found)[0]


def mark_rows(video: VideoDetections,
              classes: Sequence[str],
              threshold: Optional[float] = None,
              tiou: float = 0.3,
              strict: bool = True) -> List[MarkedRow]:
    """Match the detections that count and say what each is.

    Args:
        video (VideoDetections): With all detections.
        classes (Sequence[str]): Class names, for the notes.
        threshold (float, optional): Score from which they count; None: all
            do. Defaults to None.
        tiou (float): Least overlap of a match. Defaults to 0.3.
        strict (bool): Whether it must be exceeded. Defaults to True.

    Returns:
        list[MarkedRow]: By start.
    """
    threshold = -np.inf if threshold is None else threshold
    hard = video.above(threshold)
    if not video.known:
        rows = [MarkedRow('found', **_found(hard, i))
                for i in range(len(hard))]
        return sorted(rows, key=lambda row: row.start)
    owner = match(hard, tiou, strict)
    kinds = [FP_KINDS[k] for k in kinds_of(hard, owner >= 0, tiou)]
    iou = segment_iou(hard.segments, hard.gt_segments)
    rows = []
    for index, kind in enumerate(kinds):
        truth, note = {}, ''
        if owner[index] >= 0:
            truth = _truth(hard, owner[index])
        elif kind == 'double detection':
            note = 'this gesture was found already'
        elif kind != 'background':
            note = 'annotated here: ' + \
                classes[hard.gt_labels[iou[index].argmax()]]
        rows.append(MarkedRow(_OF_KIND[kind], note, **truth,
                              **_found(hard, index)))
    reasons = miss_reasons(video, hard, owner, threshold, tiou, strict)
    rows += [MarkedRow('missed', _WHY_MISSED[reason], **_truth(hard, index))
             for index, reason in reasons.items()]
    return sorted(rows, key=lambda row: row.start)


def _found(video: VideoDetections, index: int) -> dict:
    start, end = video.segments[index].tolist()
    return dict(found=(start, end), label=int(video.labels[index]),
                score=float(video.scores[index]))


def _truth(video: VideoDetections, index: int) -> dict:
    start, end = video.gt_segments[index].tolist()
    return dict(truth=(start, end), truth_label=int(video.gt_labels[index]))
