"""How a test of localisation shows classes and videos: as tables."""
import csv
from pathlib import Path
from typing import Sequence, Union

import numpy as np

from mmgesture.evaluation.functional import SegmentScore
from mmgesture.fileio import atomic_write
from mmgesture.structures import VideoDetections
from .class_report import write_class_table

__all__ = ['write_detection_report']


def write_detection_report(folder: Union[str, Path], score: SegmentScore,
                           videos: Sequence[VideoDetections]) -> None:
    """Write ``per_class.csv`` and ``per_video.csv``.

    Args:
        folder (str | Path): Where to; made if absent.
        score (SegmentScore): The score.
        videos (Sequence[VideoDetections]): The videos with the detections
            that count.
    """
    folder = Path(folder)
    write_class_table(folder / 'per_class.csv', score.rows)
    with atomic_write(folder / 'per_video.csv', 'w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(['video_id', 'annotated', 'predicted', 'f1'])
        for video in videos:
            f1 = score.by_video[video.video_id]
            writer.writerow([
                video.video_id, len(video.gt_labels), len(video),
                '' if np.isnan(f1) else f'{f1:.6f}'
            ])
