"""Clips of a fixed length, for a recognizer that is slid over videos.

A recognizer of trimmed gestures has never seen half a gesture, nor what lies
between two. So it is trained on what it will meet: windows of one length,
called by the gesture at their centre, or 'background'.
"""
from typing import List, Tuple

import numpy as np

from mmgesture.structures import (AnnotationFile, GestureRecord,
                                  UntrimmedVideo, read_annotations,
                                  untrimmed_videos, write_annotations)
from .summary import Conversion, ConversionError

__all__ = ['BACKGROUND', 'cut_window_clips']

BACKGROUND = 'background'


def cut_window_clips(ann_file: str,
                     out: str,
                     seconds: float = 1.6,
                     stride: float = 0.4,
                     ratio: float = 0.5,
                     seed: int = 0) -> Conversion:
    """Write an annotation file of windows, 'background' the last class.

    Windows lie every ``stride`` seconds, inside of the video. In every split
    so many without a gesture at their centre are drawn as ``ratio`` times
    the others. Videos with hidden labels give none.

    Args:
        ann_file (str): Annotation file of gestures in untrimmed videos.
        out (str): The new one, in the same data root.
        seconds (float): Length of a window. Defaults to 1.6.
        stride (float): From one window to the next, seconds. Defaults to
            0.4.
        ratio (float): Windows of background for each other one. Defaults to
            0.5.
        seed (int): Chooses them. Defaults to 0.

    Returns:
        Conversion: Annotations, and notes on splits with too little
        background.

    Raises:
        ValueError: If there is such a class already, or a number is not
            positive.
        ConversionError: If a video has no known length or rate.
    """
    if not min(seconds, stride, ratio) > 0:
        raise ValueError('expected positive seconds, stride and ratio, got '
                         f'{seconds}, {stride} and {ratio}')
    annotations = read_annotations(ann_file)
    if BACKGROUND in annotations.classes:
        raise ValueError(f'{ann_file} has a class {BACKGROUND!r} already')
    videos = [v for v in untrimmed_videos(annotations, source=ann_file)
              if v.segments is not None]
    unknown = [v.video_id for v in videos
               if v.num_frames is None or v.fps is None]
    if unknown:
        raise ConversionError([
            f'{ann_file}: expected "num_frames" and "fps" of every video in '
            f'the header, {len(unknown)} lack them, e.g. {unknown[:3]}'])
    background = len(annotations.classes)
    gestures: List[GestureRecord] = []
    empty: List[GestureRecord] = []
    for video in videos:
        for start, end, label in _windows(video, seconds, stride, background):
            (empty if label == background else gestures).append(
                GestureRecord(
                    f'{video.video_id}@{start}', video.video, start=start,
                    end=end, label=label, subject=video.subject,
                    split=video.split, keypoints=video.keypoints))
    rng = np.random.RandomState(seed % 2**32)
    chosen, notes = [], []
    for split in dict.fromkeys(v.split for v in videos):
        wanted = round(ratio * sum(r.split == split for r in gestures))
        there = [r for r in empty if r.split == split]
        if len(there) < wanted:
            notes.append(f'{split}: {len(there)} windows of background, '
                         f'{wanted} were wanted')
        drawn = rng.choice(len(there), min(wanted, len(there)),
                           replace=False) if there else []
        chosen += [there[i] for i in sorted(drawn)]
    header = dict(annotations.header,
                  classes=[*annotations.classes, BACKGROUND])
    result = AnnotationFile(header, gestures + chosen)
    write_annotations(out, header, result.records)
    return Conversion(result, notes)


def _windows(video: UntrimmedVideo, seconds: float, stride: float,
             background: int) -> List[Tuple[int, int, int]]:
    """Start, end and class at the centre of all windows of a video."""
    length = min(max(round(seconds * video.fps), 1), video.num_frames)
    step = max(round(stride * video.fps), 1)
    found = []
    for start in range(0, video.num_frames - length + 1, step):
        centre = start + length / 2
        label = background
        for segment in video.segments:
            if segment.start <= centre < segment.end:
                label = segment.label
        found.append((start, start + length, label))
    return found
