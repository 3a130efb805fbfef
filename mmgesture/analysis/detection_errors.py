"""The error analysis of a detection file: figures, tables, json."""
import csv
import json
import math
from pathlib import Path
from typing import Any, Dict, Optional, Sequence, Union

import numpy as np

from mmgesture.evaluation.functional.detection_errors import (
    FP_KINDS, false_negatives, false_positives, instance_bins,
    operating_errors, sensitivity)
from mmgesture.fileio import atomic_write
from mmgesture.structures import VideoDetections
from mmgesture.visualization import (draw_confusion_matrix,
                                     draw_detection_errors,
                                     draw_operating_errors)

__all__ = ['analyse_detections', 'write_analysis']


def analyse_detections(videos: Sequence[VideoDetections],
                       classes: Sequence[str],
                       threshold: float,
                       tiou: float = 0.5,
                       operating_tiou: float = 0.3,
                       train: Optional[Sequence[VideoDetections]] = None,
                       count: str = 'video',
                       smg_bins: bool = True) -> Dict[str, Any]:
    """Analyse the errors of a detector.

    Args:
        videos (Sequence[VideoDetections]): With known annotations and all
            detections.
        classes (Sequence[str]): Class names.
        threshold (float): Score from which detections count.
        tiou (float): Overlap of DETAD's figures, 0.5 in paper 001. Defaults
            to 0.5.
        operating_tiou (float): Overlap at the operating point, the
            challenge's. Defaults to 0.3.
        train (Sequence[VideoDetections], optional): Training videos that
            quantiles are taken of. Defaults to None.
        count (str): See :func:`.bins.characteristics`. Defaults to 'video'.
        smg_bins (bool): Use the edges of paper 001. Defaults to True.

    Returns:
        dict: Plain types: ``bins, false_negatives, false_positives,
        sensitivity, operating_point``.
    """
    number = len(classes)
    places, bins = instance_bins(videos, train, count, smg_bins)
    negatives = false_negatives(videos, number, places, bins, tiou)
    positives = false_positives(videos, number, tiou)
    spread = sensitivity(videos, number, places, bins, tiou)
    point = operating_errors(videos, number, threshold, operating_tiou)
    return dict(
        tiou=tiou,
        annotated=int(len(negatives.found)),
        bins={
            name: dict(
                zip(b.names, (dict(range=r, annotated=int((places[name] ==
                                                           k).sum()))
                              for k, r in enumerate(b.ranges()))))
            for name, b in bins.items()
        },
        false_negatives=dict(
            overall=negatives.overall,
            by_bin={
                name: {label: share for label, (share, _) in ranges.items()}
                for name, ranges in negatives.by_bin.items()
            },
            pairs={
                f'{a} x {b}': table.tolist()
                for (a, b), table in negatives.pairs.items()
            }),
        false_positives=dict(
            kinds=list(FP_KINDS),
            profile=positives.profile.tolist(),
            map_n=positives.map_n,
            impact=positives.impact),
        sensitivity=dict(
            overall=spread.overall,
            by_bin=spread.by_bin,
            spread={name: spread.spread(name) for name in spread.by_bin}),
        operating_point=dict(
            threshold=threshold,
            tiou=operating_tiou,
            detections=point.detections,
            misses=point.misses,
            merges=point.merges,
            splits=point.splits,
            unit='s' if point.in_seconds else 'frames',
            onset=point.onset.tolist(),
            offset=point.offset.tolist(),
            classes=[*classes, 'nothing'],
            confusion=point.confusion.tolist(),
            examples=point.examples))


def _plain(value: Any) -> Any:
    """JSON knows no nan."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def write_analysis(found: Dict[str, Any],
                   out: Union[str, Path],
                   title: Optional[str] = None) -> None:
    """Write ``errors.json``, csv tables and three figures.

    Args:
        found (dict): Result of :func:`analyse_detections`.
        out (str | Path): The folder; made if absent.
        title (str, optional): Title of the figures. Defaults to None.
    """
    out = Path(out)
    with atomic_write(out / 'errors.json') as file:
        json.dump(_plain(found), file, indent=1)
    negatives, positives = found['false_negatives'], found['false_positives']
    point = found['operating_point']
    with atomic_write(out / 'by_bin.csv', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(['characteristic', 'bin', 'range', 'annotated',
                         'missed', 'map_n'])
        for name, ranges in found['bins'].items():
            for label, entry in ranges.items():
                writer.writerow([
                    name, label, entry['range'], entry['annotated'],
                    _cell(negatives['by_bin'][name][label]),
                    _cell(found['sensitivity']['by_bin'][name][label])
                ])
    with atomic_write(out / 'examples.csv', newline='') as file:
        keys = ['video_id', 'kind', 'label', 'start', 'end', 'score',
                'gt_label', 'gt_start', 'gt_end']
        writer = csv.DictWriter(file, keys, lineterminator='\n')
        writer.writeheader()
        writer.writerows(point['examples'])
    with atomic_write(out / 'confusion.csv', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(['annotated \\ detected', *point['classes']])
        for name, row in zip(point['classes'], point['confusion']):
            writer.writerow([name, *row])
    draw_detection_errors(
        negatives['by_bin'], negatives['overall'],
        np.array(positives['profile']), positives['impact'],
        positives['kinds'], found['sensitivity']['by_bin'],
        found['sensitivity']['overall'], out / 'detad.png', title)
    draw_operating_errors(
        point['detections'], point['misses'], point['onset'],
        point['offset'], point['unit'], out / 'operating_point.png',
        title)
    draw_confusion_matrix(
        np.array(point['confusion']), point['classes'],
        out / 'confusion.png', title, unit='gestures')


def _cell(value: float) -> str:
    return '' if math.isnan(value) else f'{value:.6f}'
