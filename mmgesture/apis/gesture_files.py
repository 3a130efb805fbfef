"""Detected gestures as json, csv and subtitles."""
import csv
import json
from pathlib import Path
from typing import Any, Dict, List, Union

from mmgesture.fileio import atomic_write
from .gesture_detector import DetectedVideo

__all__ = ['GESTURE_SUFFIXES', 'gesture_rows', 'write_gestures']

GESTURE_SUFFIXES = ('.json', '.csv', '.srt')


def gesture_rows(found: DetectedVideo) -> List[Dict[str, Any]]:
    """The gestures in plain types.

    Args:
        found (DetectedVideo): The gestures.

    Returns:
        list[dict]: ``name, label, start, end`` (seconds), ``start_frame,
        end_frame`` (whole frames, half-open), ``score``; by start.
    """
    rows = []
    for gesture in found.gestures:
        first = max(round(gesture.start), 0)
        rows.append(
            dict(
                name=found.classes[gesture.label],
                label=gesture.label,
                start=round(found.seconds(gesture.start), 3),
                end=round(found.seconds(gesture.end), 3),
                start_frame=first,
                end_frame=min(max(round(gesture.end), first + 1),
                              found.num_frames),
                score=round(gesture.score, 4)))
    return rows


def _clock(seconds: float) -> str:
    """Seconds as SubRip writes them."""
    total = round(seconds * 1000)
    hours, rest = divmod(total, 3600_000)
    minutes, rest = divmod(rest, 60_000)
    return f'{hours:02d}:{minutes:02d}:{rest // 1000:02d},{rest % 1000:03d}'


def write_gestures(path: Union[str, Path], found: DetectedVideo) -> None:
    """Write the gestures of a video, atomically; the suffix says how.

    ``.json``: video, classes, threshold and all rows; ``.csv``: the rows;
    ``.srt``: subtitles for any player.

    Args:
        path (str | Path): The file.
        found (DetectedVideo): The gestures.

    Raises:
        ValueError: If the suffix is another one.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in GESTURE_SUFFIXES:
        raise ValueError(f'{path}: expected a name that ends with one of '
                         f'{GESTURE_SUFFIXES}')
    rows = gesture_rows(found)
    with atomic_write(path, newline='') as file:
        if suffix == '.json':
            json.dump(
                dict(
                    video=found.video,
                    num_frames=found.num_frames,
                    fps=round(found.fps, 4),
                    classes=found.classes,
                    threshold=found.threshold,
                    gestures=rows),
                file,
                indent=1,
                ensure_ascii=False)
            file.write('\n')
        elif suffix == '.csv':
            names = ['name', 'label', 'start', 'end', 'start_frame',
                     'end_frame', 'score']
            writer = csv.DictWriter(file, names, lineterminator='\n')
            writer.writeheader()
            writer.writerows(rows)
        else:
            for number, row in enumerate(rows, 1):
                file.write(f'{number}\n{_clock(row["start"])} --> '
                           f'{_clock(row["end"])}\n{row["name"]} '
                           f'({row["score"]:.2f})\n\n')
