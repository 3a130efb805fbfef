"""The detection file: what was found in every video, keyed by video.

It is a jsonl file. The first line is the header, every further line a
video::

    {"mmgesture_detections": 1, "classes": ["..."], "split": "test",
     "threshold": 0.31, "config": "dyfadet_smg.py", "checkpoint": "best.pth",
     "rows": 12, "sha256": "..."}
    {"video_id": "Sample0036", "num_frames": 20526, "fps": 28,
     "annotations": [[100, 177, 14], ...],
     "detections": [[101.5, 175.0, 14, 0.83], ...]}

Rows are start, end, class (0-based) and, for detections, score; times are
frames of the video, half-open. ``annotations`` is null where they are
hidden, and ``num_frames`` and ``fps`` are where they are not known.
``detections`` holds all that was found, also what lies below the
``threshold`` of the header (null: none was tuned): error analysis and mAP
want them, submissions and F1 leave them out. Everything downstream joins by
``video_id``, never by order. ``rows`` and ``sha256`` tell whether the file is
whole (:mod:`~mmgesture.submission.checked_lines`).
"""
from dataclasses import dataclass, field
from pathlib import Path
from typing import List, Optional, Union

import numpy as np

from mmgesture.structures import VideoDetections
from mmgesture.textio import expecting, shown
from .checked_lines import read_lines, write_lines

__all__ = ['DetectionFile', 'read_detections', 'write_detections']

FORMAT_KEY = 'mmgesture_detections'
FORMAT_VERSION = 1


@dataclass
class DetectionFile:
    """Detections of a set of videos.

    Attributes:
        videos (list[VideoDetections]): The videos, each id once.
        classes (list[str]): Class names.
        threshold (float, optional): Score from which detections count.
        split (str, optional): What the videos are of.
        config (str, optional): Name of the config that made them.
        checkpoint (str, optional): Name of the checkpoint.
        source (str): What errors call this file. Defaults to 'detections'.

    Raises:
        ValueError: If ids repeat, a class is out of range, or the threshold
            is no number.
    """

    videos: List[VideoDetections]
    classes: List[str]
    threshold: Optional[float] = None
    split: Optional[str] = None
    config: Optional[str] = None
    checkpoint: Optional[str] = None
    source: str = field(default='detections', compare=False)

    def __post_init__(self) -> None:
        self.videos = list(self.videos)
        self.classes = [str(name) for name in self.classes]
        seen = set()
        for video in self.videos:
            where = f'{self.source}: {video.video_id!r}'
            if not isinstance(video.video_id, str) or not video.video_id:
                raise ValueError(f'{where}: expected a non-empty video_id')
            if video.video_id in seen:
                raise ValueError(f'{where}: the id occurs twice; every video '
                                 'once')
            seen.add(video.video_id)
            for labels in (video.labels, video.gt_labels):
                if labels is not None and labels.size and \
                        labels.max() >= len(self.classes):
                    raise ValueError(
                        f'{where}: expected classes from 0 to '
                        f'{len(self.classes) - 1}, got {labels.max()}')
        if self.threshold is not None and not np.isfinite(self.threshold):
            raise ValueError(f'{self.source}: expected a finite threshold or '
                             f'None, got {self.threshold}')

    @property
    def num_classes(self) -> int:
        """int: Number of classes."""
        return len(self.classes)

    @property
    def known(self) -> List[VideoDetections]:
        """list[VideoDetections]: Videos whose annotation is known."""
        return [video for video in self.videos if video.known]

    def counting(self,
                 threshold: Optional[float] = None) -> List[VideoDetections]:
        """The videos with the detections that count.

        Args:
            threshold (float, optional): Least score; None: that of the
                header. Defaults to None.

        Returns:
            list[VideoDetections]: In file order.

        Raises:
            ValueError: If there is no threshold.
        """
        if threshold is None:
            threshold = self.threshold
        if threshold is None:
            raise ValueError(
                f'{self.source}: no threshold was tuned, so nobody can say '
                'which detections count; tune one on validation videos with '
                'tools/analysis/tune_threshold.py, or give one')
        return [video.above(threshold) for video in self.videos]


def _rows(segments: np.ndarray, labels: np.ndarray,
          scores: Optional[np.ndarray] = None) -> list:
    rows = [[_number(a), _number(b), int(label)]
            for (a, b), label in zip(segments, labels)]
    if scores is not None:
        rows = [row + [float(f'{s:.9g}')] for row, s in zip(rows, scores)]
    return rows


def _number(value: float) -> Union[int, float]:
    """Whole numbers of frames as such, others to a thousandth."""
    value = round(float(value), 3)
    return int(value) if value.is_integer() else value


def write_detections(path: Union[str, Path], content: DetectionFile) -> None:
    """Write a detection file atomically.

    Times are rounded to a thousandth of a frame, scores to nine digits.

    Args:
        path (str | Path): The file, ``.jsonl`` by convention.
        content (DetectionFile): The detections.
    """
    header = {
        FORMAT_KEY: FORMAT_VERSION,
        'classes': content.classes,
        'split': content.split,
        'threshold': content.threshold,
        'config': content.config,
        'checkpoint': content.checkpoint,
    }
    write_lines(path, header, ({
        'video_id': video.video_id,
        'num_frames': video.num_frames,
        'fps': video.fps,
        'annotations': _rows(video.gt_segments, video.gt_labels)
        if video.known else None,
        'detections': _rows(video.segments, video.labels, video.scores),
    } for video in content.videos))


def read_detections(path: Union[str, Path]) -> DetectionFile:
    """Read and validate a detection file.

    Args:
        path (str | Path): A file of :func:`write_detections`.

    Returns:
        DetectionFile: The detections, in file order.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a line is wrong, or some are missing; the message
            names file and line.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f'{path}: no such detection file; write one with tools/test.py '
            'CONFIG CHECKPOINT --dump DETECTIONS')
    header: Optional[dict] = None
    videos = []
    for where, entry in read_lines(path):
        if header is None:
            header = _check_header(where, entry)
        else:
            videos.append(_video(where, entry))
    if header is None:
        raise ValueError(f'{path}: the file is empty; expected a header line '
                         f'with "{FORMAT_KEY}"')
    return DetectionFile(
        videos=videos,
        source=str(path),
        **{
            key: header.get(key)
            for key in ('classes', 'threshold', 'split', 'config',
                        'checkpoint')
        })


def _check_header(where: str, header: dict) -> dict:
    if header.get(FORMAT_KEY) != FORMAT_VERSION:
        hint = ' (this is a score file of trimmed clips)' \
            if 'mmgesture_scores' in header else ''
        raise ValueError(f'{where}: expected a header with "{FORMAT_KEY}": '
                         f'{FORMAT_VERSION}{hint}')
    classes = header.get('classes')
    if not isinstance(classes, list) or not classes or not all(
            isinstance(name, str) for name in classes):
        raise ValueError(f'{where}: expected a list of class names under '
                         f'"classes", got {shown(classes)}')
    threshold = header.get('threshold')
    if threshold is not None and (isinstance(threshold, bool) or
                                  not isinstance(threshold, (int, float))
                                  or not abs(threshold) < 1e300):
        raise ValueError(f'{where}: expected a number or null as threshold, '
                         f'got {shown(threshold)}')
    return header


def _table(where: str, name: str, rows: object, width: int) -> np.ndarray:
    columns = 'start, end, class' + (', score' if width == 4 else '')
    with expecting(where, f'"{name}" as rows of {columns}'):
        table = np.array(rows, dtype=np.float64).reshape(-1, width)
        if len(table) != len(rows):
            raise ValueError('another number of columns')
    if (table[:, 2] != np.round(table[:, 2])).any():
        raise ValueError(f'{where}: expected whole numbers as classes of '
                         f'"{name}"')
    return table


def _video(where: str, entry: dict) -> VideoDetections:
    for key in ('video_id', 'detections'):
        if key not in entry:
            raise ValueError(f'{where}: expected the key {key!r}, got only '
                             f'{shown(sorted(entry))}')
    found = _table(where, 'detections', entry['detections'], 4)
    truth = entry.get('annotations')
    if truth is not None:
        truth = _table(where, 'annotations', truth, 3)
    try:
        return VideoDetections(
            entry['video_id'], found[:, :2], found[:, 2].astype(np.int64),
            found[:, 3], None if truth is None else truth[:, :2],
            None if truth is None else truth[:, 2].astype(np.int64),
            entry.get('num_frames'), entry.get('fps'))
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f'{where}: {str(error)[:300]}') from error
