"""Errors at the operating point, where every detection counts in full.

DETAD looks at ranked detections; a challenge that is judged by F1 looks at
those above a threshold. So: what the detections are, why annotations are
missed, which neighbours are taken for one and which gesture for several, how
far off starts and ends are, and what is taken for what, nothing included.
"""
from dataclasses import dataclass
from typing import Dict, List, Sequence

import numpy as np

from mmgesture.ops.segments import segment_iou
from mmgesture.structures import VideoDetections
from ..segment_matching import match
from .positives import FP_KINDS, TOUCH, kinds_of

__all__ = ['MISS_KINDS', 'OperatingErrors', 'miss_reasons', 'operating_errors']

#: Why an annotation is missed; the first that applies.
MISS_KINDS = ('below the threshold', 'taken by a neighbour', 'wrong label',
              'localisation', 'nothing there')
#: A detection covers an annotation, or lies in it, by this share.
COVER = 0.5


@dataclass(frozen=True)
class OperatingErrors:
    """Errors of the detections that count.

    Attributes:
        detections (dict[str, int]): By :data:`.positives.FP_KINDS`.
        misses (dict[str, int]): By :data:`MISS_KINDS`.
        merges (int): Detections that cover two or more annotations of their
            class, half of each at least.
        splits (int): Annotations that hold two or more detections of their
            class, half of each at least.
        onset (np.ndarray): Start of every hit minus that of its annotation,
            seconds (frames without rates), (H,).
        offset (np.ndarray): The same of ends.
        in_seconds (bool): Whether these are seconds.
        confusion (np.ndarray): Rows are annotated classes, columns detected
            ones, the last of both is nothing, (K + 1, K + 1), int64.
        examples (list[dict]): Every false positive that is not background
            and every miss: ``video_id, kind, label, start, end, score`` and
            the annotation ``gt_label, gt_start, gt_end`` where there is
            one; best score first.
    """

    detections: Dict[str, int]
    misses: Dict[str, int]
    merges: int
    splits: int
    onset: np.ndarray
    offset: np.ndarray
    in_seconds: bool
    confusion: np.ndarray
    examples: List[dict]


def operating_errors(videos: Sequence[VideoDetections],
                     num_classes: int,
                     threshold: float,
                     tiou: float = 0.3,
                     strict: bool = True) -> OperatingErrors:
    """Find the errors.

    Args:
        videos (Sequence[VideoDetections]): With known annotations and all
            detections, also those below the threshold.
        num_classes (int): K.
        threshold (float): Score from which they count.
        tiou (float): Least overlap of a hit. Defaults to 0.3.
        strict (bool): Whether it must be exceeded. Defaults to True.

    Returns:
        OperatingErrors: The errors; matching is one to one.
    """
    detections = dict.fromkeys(FP_KINDS, 0)
    misses = dict.fromkeys(MISS_KINDS, 0)
    confusion = np.zeros((num_classes + 1, num_classes + 1), dtype=np.int64)
    onset, offset, examples = [], [], []
    merges = splits = 0
    in_seconds = all(v.fps for v in videos)
    for video in videos:
        hard = video.above(threshold)
        owner = match(hard, tiou, strict)
        kinds = kinds_of(hard, owner >= 0, tiou)
        for kind in kinds:
            detections[FP_KINDS[kind]] += 1
        reasons = miss_reasons(video, hard, owner, threshold, tiou, strict)
        for reason in reasons.values():
            misses[reason] += 1
        joined, torn = _coverage(hard)
        merges, splits = merges + joined, splits + torn
        rate = video.fps if in_seconds else 1.
        hits = owner >= 0
        error = (hard.segments[hits] - video.gt_segments[owner[hits]]) / rate
        onset.append(error[:, 0])
        offset.append(error[:, 1])
        _confuse(confusion, hard, owner, tiou, strict)
        examples += _examples(hard, kinds, reasons)
    examples.sort(key=lambda e: -e.get('score', 0.))
    return OperatingErrors(detections, misses, merges, splits,
                           np.concatenate([*onset, []]),
                           np.concatenate([*offset, []]), in_seconds,
                           confusion, examples)


def miss_reasons(video: VideoDetections, hard: VideoDetections,
                 owner: np.ndarray, threshold: float, tiou: float,
                 strict: bool) -> Dict[int, str]:
    """Why each missed annotation is missed.

    Args:
        video (VideoDetections): With all detections.
        hard (VideoDetections): With those that count.
        owner (np.ndarray): Annotation that each of those got, see
            :func:`mmgesture.evaluation.functional.segment_matching.match`.
        threshold (float): Score from which they count.
        tiou (float): Least overlap of a hit.
        strict (bool): Whether it must be exceeded.

    Returns:
        dict[int, str]: Number of the annotation to one of
        :data:`MISS_KINDS`.
    """
    missed = sorted(set(range(len(video.gt_labels))) - set(owner.tolist()))
    if not missed:
        return {}
    iou = segment_iou(video.segments, video.gt_segments)
    enough = iou > tiou if strict else iou >= tiou
    same = video.labels[:, None] == video.gt_labels
    counts = (video.scores >= threshold)[:, None]
    reasons = {}
    for column in missed:
        near, own = enough[:, column], same[:, column]
        touch = iou[:, column] >= TOUCH
        count = counts[:, 0]
        if (near & own & count).any():
            # its detection went to another annotation
            reasons[column] = 'taken by a neighbour'
        elif (near & ~own & count).any():
            reasons[column] = 'wrong label'
        elif (touch & own & count).any():
            reasons[column] = 'localisation'
        elif (near & own).any():
            reasons[column] = 'below the threshold'
        else:
            reasons[column] = 'nothing there'
    return reasons


def _coverage(hard: VideoDetections) -> tuple:
    """Merges and splits of a video."""
    if not len(hard) or not len(hard.gt_labels):
        return 0, 0
    inner = np.minimum(hard.segments[:, None, 1], hard.gt_segments[:, 1]) - \
        np.maximum(hard.segments[:, None, 0], hard.gt_segments[:, 0])
    inner = np.where(hard.labels[:, None] == hard.gt_labels, inner, 0)
    length = hard.segments[:, 1] - hard.segments[:, 0]
    truth = hard.gt_segments[:, 1] - hard.gt_segments[:, 0]
    covered = (inner >= COVER * truth).sum(1)
    holding = (inner >= COVER * length[:, None]).sum(0)
    return int((covered > 1).sum()), int((holding > 1).sum())


def _confuse(confusion: np.ndarray, hard: VideoDetections, owner: np.ndarray,
             tiou: float, strict: bool) -> None:
    """Count what was taken for what: same class first, then any."""
    nothing = len(confusion) - 1
    iou = segment_iou(hard.segments, hard.gt_segments)
    enough = iou > tiou if strict else iou >= tiou
    pairs = [(i, int(j)) for i, j in enumerate(owner) if j >= 0]
    rows, columns = {i for i, _ in pairs}, {j for _, j in pairs}
    for i, j in sorted(
            zip(*np.nonzero(enough)),
            key=lambda pair: (-hard.scores[pair[0]], -iou[pair])):
        if i not in rows and j not in columns:
            pairs.append((i, j))
            rows.add(i)
            columns.add(j)
    for i, j in pairs:
        confusion[hard.gt_labels[j], hard.labels[i]] += 1
    for i in set(range(len(hard))) - rows:
        confusion[nothing, hard.labels[i]] += 1
    for j in set(range(len(hard.gt_labels))) - columns:
        confusion[hard.gt_labels[j], nothing] += 1


def _examples(hard: VideoDetections, kinds: np.ndarray,
              reasons: Dict[int, str]) -> List[dict]:
    iou = segment_iou(hard.segments, hard.gt_segments)
    found = []
    for index, kind in enumerate(kinds):
        name = FP_KINDS[kind]
        if name in ('true positive', 'background'):
            continue
        best = int(iou[index].argmax())
        found.append(
            dict(
                video_id=hard.video_id,
                kind=name,
                label=int(hard.labels[index]),
                start=float(hard.segments[index, 0]),
                end=float(hard.segments[index, 1]),
                score=float(hard.scores[index]),
                **_truth(hard, best)))
    for column, reason in reasons.items():
        found.append(
            dict(video_id=hard.video_id, kind=f'missed: {reason}',
                 **_truth(hard, column)))
    return found


def _truth(video: VideoDetections, index: int) -> dict:
    return dict(
        gt_label=int(video.gt_labels[index]),
        gt_start=float(video.gt_segments[index, 0]),
        gt_end=float(video.gt_segments[index, 1]))
