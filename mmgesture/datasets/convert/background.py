"""Clips between the gestures, as a class of their own.

A recognizer that is slid over a long video meets stretches without a
gesture; it can tell them only if it has learnt them. This adds such clips to
the annotations of trimmed gestures.
"""
from typing import List, Optional

import numpy as np

from mmgesture.structures import (AnnotationFile, GestureRecord,
                                  read_annotations, untrimmed_videos,
                                  write_annotations)
from .summary import Conversion, ConversionError

__all__ = ['BACKGROUND', 'add_background']

BACKGROUND = 'background'


def add_background(ann_file: str,
                   out: str,
                   seconds: float = 1.,
                   ratio: float = 0.5,
                   seed: int = 0) -> Conversion:
    """Write an annotation file with a further, last class 'background'.

    Gaps between the gestures are cut into clips of ``seconds`` side by
    side; in every split so many of them are drawn as ``ratio`` times its
    gestures. Videos with hidden labels have no known gaps and give none.

    Args:
        ann_file (str): Annotation file of gestures in untrimmed videos.
        out (str): The new one, in the same data root.
        seconds (float): Length of a clip. Defaults to 1.
        ratio (float): Clips per gesture. Defaults to 0.5.
        seed (int): Chooses the clips. Defaults to 0.

    Returns:
        Conversion: Annotations, and notes on splits with too few gaps.

    Raises:
        ValueError: If there is such a class already, or a number is not
            positive.
        ConversionError: If a video has no known length or rate.
    """
    if not seconds > 0 or not ratio > 0:
        raise ValueError('expected positive seconds and ratio, got '
                         f'{seconds} and {ratio}')
    annotations = read_annotations(ann_file)
    if BACKGROUND in annotations.classes:
        raise ValueError(f'{ann_file} has a class {BACKGROUND!r} already')
    videos = untrimmed_videos(annotations, source=ann_file)
    unknown = [v.video_id for v in videos if v.segments is not None
               and (v.num_frames is None or v.fps is None)]
    if unknown:
        raise ConversionError([
            f'{ann_file}: expected "num_frames" and "fps" of every video in '
            f'the header, {len(unknown)} lack them, e.g. {unknown[:3]}'])
    label = len(annotations.classes)
    first = {r.video or r.keypoints: r for r in annotations.records}
    found: List[GestureRecord] = []
    for video in videos:
        model = first.get(video.video or video.keypoints)
        depth = None if model is None else model.depth
        for number, (start, end) in enumerate(_gaps(video, seconds)):
            found.append(
                GestureRecord(
                    f'{video.video_id}_background_{number:04d}', video.video,
                    start=start, end=end, label=label, subject=video.subject,
                    split=video.split, keypoints=video.keypoints,
                    depth=depth))
    rng = np.random.RandomState(seed % 2**32)
    chosen, notes = [], []
    for split in dict.fromkeys(r.split for r in annotations.records):
        wanted = round(ratio * sum(
            r.split == split and r.label is not None
            for r in annotations.records))
        there = [r for r in found if r.split == split]
        if len(there) < wanted:
            notes.append(f'{split}: {len(there)} clips between the gestures, '
                         f'{wanted} were wanted')
        drawn = rng.choice(len(there), min(wanted, len(there)),
                           replace=False) if there else []
        chosen += [there[i] for i in sorted(drawn)]
    header = dict(annotations.header,
                  classes=[*annotations.classes, BACKGROUND])
    result = AnnotationFile(header, annotations.records + chosen)
    write_annotations(out, header, result.records)
    return Conversion(result, notes)


def _gaps(video, seconds: float) -> List[tuple]:
    """Clips of a length that touch no gesture."""
    if video.segments is None:
        return []
    length = max(round(seconds * video.fps), 1)
    clips, free = [], 0
    ends: List[Optional[tuple]] = [(s.start, s.end) for s in video.segments]
    for start, end in [*ends, (video.num_frames, video.num_frames)]:
        while free + length <= start:
            clips.append((int(free), int(free + length)))
            free += length
        free = max(free, int(np.ceil(end)))
    return clips
