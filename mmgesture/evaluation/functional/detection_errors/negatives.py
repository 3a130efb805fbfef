"""False negatives: which annotations no detection finds."""
from dataclasses import dataclass
from itertools import combinations
from typing import Dict, Sequence, Tuple

import numpy as np

from mmgesture.structures import VideoDetections
from .bins import Bins
from .normalised import mean_annotated, rank_classes, running_precision

__all__ = ['FalseNegatives', 'false_negatives']

#: Hits where the running normalised precision is no more than this are
#: drowned in false alarms and do not count (DETAD's choice).
MIN_PRECISION = 0.05


@dataclass(frozen=True)
class FalseNegatives:
    """Shares of annotations that were missed.

    Attributes:
        overall (float): Of all.
        by_bin (dict[str, dict[str, tuple[float, int]]]): Characteristic to
            range to (share, annotations); nan where there are none.
        pairs (dict[tuple[str, str], np.ndarray]): Two characteristics to
            shares, (ranges, ranges); nan where there are none.
        found (np.ndarray): Of every annotation, (N,), bool.
    """

    overall: float
    by_bin: Dict[str, Dict[str, Tuple[float, int]]]
    pairs: Dict[Tuple[str, str], np.ndarray]
    found: np.ndarray


def false_negatives(videos: Sequence[VideoDetections], num_classes: int,
                    places: Dict[str, np.ndarray], bins: Dict[str, Bins],
                    tiou: float = 0.5) -> FalseNegatives:
    """Find out what is missed, of all detections however weak.

    Args:
        videos (Sequence[VideoDetections]): With known annotations and all
            detections.
        num_classes (int): K.
        places (dict[str, np.ndarray]): See :func:`.bins.instance_bins`.
        bins (dict[str, Bins]): Likewise.
        tiou (float): Least overlap. Defaults to 0.5.

    Returns:
        FalseNegatives: The shares.
    """
    rankings = rank_classes(videos, num_classes, tiou)
    found = np.zeros(sum(len(v.gt_labels) for v in videos), dtype=bool)
    if rankings:
        mean = mean_annotated(rankings)
        for ranking in rankings.values():
            hits = ranking.taken >= 0
            precision = running_precision(hits, ranking.annotated, mean)
            found[ranking.taken[hits & (precision > MIN_PRECISION)]] = True
    by_bin, pairs = {}, {}
    for name, place in places.items():
        by_bin[name] = {
            label: (_share(~found[place == k]), int((place == k).sum()))
            for k, label in enumerate(bins[name].names)
        }
    for a, b in combinations(places, 2):
        pairs[a, b] = np.array([[
            _share(~found[(places[a] == i) & (places[b] == j)])
            for j in range(len(bins[b].names))
        ] for i in range(len(bins[a].names))])
    return FalseNegatives(_share(~found), by_bin, pairs, found)


def _share(missed: np.ndarray) -> float:
    return float(missed.mean()) if len(missed) else float('nan')
