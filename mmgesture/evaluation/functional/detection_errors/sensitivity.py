"""Sensitivity: how much the kind of instance matters."""
from dataclasses import dataclass
from typing import Dict, Sequence

import numpy as np

from mmgesture.structures import VideoDetections
from .bins import Bins
from .normalised import (mean_annotated, normalised_ap, normalised_map,
                         rank_classes)

__all__ = ['Sensitivity', 'sensitivity']


@dataclass(frozen=True)
class Sensitivity:
    """Normalised mAP by the kind of instance.

    Attributes:
        overall (float): On all annotations.
        by_bin (dict[str, dict[str, float]]): Characteristic to range to
            mAP_N on the annotations of that range; nan without any.
    """

    overall: float
    by_bin: Dict[str, Dict[str, float]]

    def spread(self, name: str) -> float:
        """Best minus worst range of a characteristic, as a share of all.

        Args:
            name (str): The characteristic.

        Returns:
            float: 0: it does not matter; nan where nothing is found.
        """
        values = np.array(list(self.by_bin[name].values()))
        values = values[~np.isnan(values)]
        if not len(values) or not self.overall > 0:
            return float('nan')
        return float((values.max() - values.min()) / self.overall)


def sensitivity(videos: Sequence[VideoDetections], num_classes: int,
                places: Dict[str, np.ndarray], bins: Dict[str, Bins],
                tiou: float = 0.5) -> Sensitivity:
    """mAP_N restricted to one kind of instance after the other.

    For a range count its annotations, the detections that found one of them,
    and those that found none at all. The normalisation is that of the whole
    set, so that ranges can be compared.

    Args:
        videos (Sequence[VideoDetections]): With known annotations and all
            detections.
        num_classes (int): K.
        places (dict[str, np.ndarray]): See :func:`.bins.instance_bins`.
        bins (dict[str, Bins]): Likewise.
        tiou (float): Least overlap. Defaults to 0.5.

    Returns:
        Sensitivity: The figures; classes without an annotation in a range do
        not enter its mean.
    """
    rankings = rank_classes(videos, num_classes, tiou)
    labels = np.concatenate([v.gt_labels for v in videos] +
                            [np.zeros(0, np.int64)])
    by_bin: Dict[str, Dict[str, float]] = {}
    for name, place in places.items():
        by_bin[name] = {}
        for number, label in enumerate(bins[name].names):
            inside = place == number
            values = []
            for ranking in rankings.values():
                annotated = int((inside & (labels == ranking.label)).sum())
                if not annotated:
                    continue
                hits = ranking.taken >= 0
                own = hits & inside[ranking.taken]
                values.append(
                    normalised_ap(own[own | ~hits], annotated,
                                  mean_annotated(rankings)))
            by_bin[name][label] = float(
                np.mean(values)) if values else float('nan')
    return Sensitivity(normalised_map(rankings), by_bin)
