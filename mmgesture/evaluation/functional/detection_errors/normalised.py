"""Average precision as if all classes had equally many instances.

DETAD, section 2.3: precision falls with the number of instances of a class
for no fault of the detector, so true positives count as if every class had
the mean number of instances.
"""
from typing import Dict, List, NamedTuple, Optional, Sequence

import numpy as np

from mmgesture.structures import VideoDetections
from ..segment_map import interpolated_area, ranked_hits

__all__ = ['Ranking', 'normalised_ap', 'rank_class', 'rank_classes']


class Ranking(NamedTuple):
    """Detections of a class over all videos, best score first.

    Attributes:
        label (int): The class.
        annotated (int): Its annotations.
        taken (np.ndarray): Annotation, by its number over all videos, that
            each detection got; -1: none; (n,).
        owner (np.ndarray): Video of each detection, (n,).
        row (np.ndarray): Its number in the video, (n,).
    """

    label: int
    annotated: int
    taken: np.ndarray
    owner: np.ndarray
    row: np.ndarray


def rank_class(videos: Sequence[VideoDetections], label: int,
               tiou: float) -> Ranking:
    """Rank and match the detections of a class.

    Args:
        videos (Sequence[VideoDetections]): With known annotations.
        label (int): The class.
        tiou (float): Least overlap.

    Returns:
        Ranking: The class.
    """
    _, owner, row, taken = ranked_hits(videos, label, (tiou, ))
    first = np.cumsum([0] + [len(v.gt_labels) for v in videos])
    everywhere = np.where(taken[0] >= 0, taken[0] + first[owner], -1)
    annotated = sum(int((v.gt_labels == label).sum()) for v in videos)
    return Ranking(label, annotated, everywhere, owner, row)


def rank_classes(videos: Sequence[VideoDetections], num_classes: int,
                 tiou: float) -> Dict[int, Ranking]:
    """The rankings of all classes that are annotated.

    Args:
        videos (Sequence[VideoDetections]): With known annotations.
        num_classes (int): K.
        tiou (float): Least overlap.

    Returns:
        dict[int, Ranking]: By class.
    """
    found = (rank_class(videos, label, tiou) for label in range(num_classes))
    return {ranking.label: ranking for ranking in found if ranking.annotated}


def running_precision(hits: np.ndarray, annotated: int,
                      mean: float) -> np.ndarray:
    """Normalised precision after each detection.

    Args:
        hits (np.ndarray): Right ones, best first, (n,), bool.
        annotated (int): Annotations of the class.
        mean (float): Mean number over the classes.

    Returns:
        np.ndarray: Shape (n,).
    """
    right = np.cumsum(hits) / annotated * mean
    return right / (right + np.cumsum(~hits))


def normalised_ap(hits: np.ndarray, annotated: int, mean: float) -> float:
    """Normalised average precision of a class.

    Args:
        hits (np.ndarray): Right ones, best first, (n,), bool.
        annotated (int): Annotations of the class, at least 1.
        mean (float): Mean number over the classes.

    Returns:
        float: In [0, 1].
    """
    precision = running_precision(hits, annotated, mean)
    return interpolated_area(precision, np.cumsum(hits) / annotated)


def normalised_map(rankings: Dict[int, Ranking],
                   mean: Optional[float] = None) -> float:
    """Mean of the normalised average precision over the classes.

    Args:
        rankings (dict[int, Ranking]): Of the classes.
        mean (float, optional): Mean number of annotations; None: of these
            classes. Defaults to None.

    Returns:
        float: mAP_N; nan without any class.
    """
    if not rankings:
        return float('nan')
    if mean is None:
        mean = mean_annotated(rankings)
    values: List[float] = [
        normalised_ap(r.taken >= 0, r.annotated, mean)
        for r in rankings.values()
    ]
    return float(np.mean(values))


def mean_annotated(rankings: Dict[int, Ranking]) -> float:
    """Mean number of annotations over the classes.

    Args:
        rankings (dict[int, Ranking]): Of the classes.

    Returns:
        float: The mean.
    """
    return float(np.mean([r.annotated for r in rankings.values()]))
