"""Cutting segments out of long videos into small clips, once."""
import os
import re
from dataclasses import replace
from fractions import Fraction
from typing import Callable, Iterator, List, NamedTuple, Optional, Tuple

import av
import numpy as np

from mmgesture.fileio import atomic_path
from mmgesture.structures import (AnnotationFile, GestureRecord,
                                  read_annotations, write_annotations)
from ..media_errors import UnreadableMediaError
from ..recipe import check_recipe
from ..transforms.sample import clamp_segment
from ..video import VideoReader, open_video
from ..video_index import video_index
from ..video_reader import reduced_size

CLIP_FOLDER = 'clips'
RECIPE_NAME = 'clips.json'
BLOCK = 64


class ClipReport(NamedTuple):
    """Result of :func:`extract_clips`.

    Attributes:
        annotations (AnnotationFile): Of the clips.
        written (int): Clips encoded by this call.
        reused (int): Clips that were there already.
        failed (List[UnreadableMediaError]): Samples without a clip.
    """

    annotations: AnnotationFile
    written: int
    reused: int
    failed: List[UnreadableMediaError]


def clip_name(sample_id: str) -> str:
    """File name of a sample's clip.

    Args:
        sample_id (str): Name of the sample.

    Returns:
        str: Path below the output root, without blanks or odd characters.
    """
    return f'{CLIP_FOLDER}/{re.sub(r"[^0-9A-Za-z._-]+", "_", sample_id)}.mp4'


def write_clip(source: str,
               target: str,
               start: Optional[int],
               end: Optional[int],
               short_side: int = 256,
               crf: int = 18) -> int:
    """Encode a segment as a file of its own.

    Every frame of the segment is kept, with its own time relative to the
    first; sides are rounded to even numbers, as the codec wants.

    Args:
        source (str): The video.
        target (str): The clip; appears when it is complete.
        start (int, optional): First frame; None: from the front.
        end (int, optional): One past the last frame; None: to the end.
        short_side (int): Short side of the clip; never enlarged. Defaults to
            256.
        crf (int): Quality of x264, smaller is better. Defaults to 18.

    Returns:
        int: Frames of the clip.

    Raises:
        UnreadableMediaError: If a frame cannot be decoded.
    """
    with open_video(source) as reader, atomic_path(target) as temporary:
        start, end = clamp_segment(start, end, len(reader), source)
        height, width = reduced_size(*reader.shape, short_side)
        times = reader.timestamps[start:end]
        ticks = [round((t - times[0]) * 90000) for t in times]
        with av.open(str(temporary), 'w', format='mp4') as out:
            stream = out.add_stream(
                'libx264', rate=Fraction(reader.fps).limit_denominator(1001))
            stream.width, stream.height = width // 2 * 2, height // 2 * 2
            stream.pix_fmt = 'yuv420p'
            stream.options = dict(preset='ultrafast', crf=str(crf))
            stream.codec_context.thread_count = 1
            stream.codec_context.time_base = Fraction(1, 90000)
            for number, image in _frames(reader, start, end, short_side):
                frame = av.VideoFrame.from_ndarray(
                    np.ascontiguousarray(
                        image[:stream.height, :stream.width]),
                    format='rgb24')
                frame.pts = ticks[number - start]
                frame.time_base = Fraction(1, 90000)
                out.mux(stream.encode(frame))
            out.mux(stream.encode())
    return end - start


def _frames(reader: VideoReader, start: int, end: int,
            short_side: int) -> Iterator[Tuple[int, np.ndarray]]:
    """Frames in blocks: one seek a block, bounded memory."""
    for first in range(start, end, BLOCK):
        numbers = range(first, min(first + BLOCK, end))
        yield from zip(numbers, reader.get_frames(numbers, short_side))


def extract_clips(
        ann_file: str,
        root: str,
        out: str,
        short_side: int = 256,
        crf: int = 18,
        advance: Optional[Callable[[GestureRecord], None]] = None,
        allow_outside: bool = False) -> ClipReport:
    """Cut all segments of an annotation file into clips.

    Clips that are complete are reused, so the work can be taken up again;
    ``clips.json`` keeps how they were made and refuses a mixture.

    Args:
        ann_file (str): Annotation file of the long videos.
        root (str): Their data root.
        out (str): Data root of the clips; gets ``annotations.jsonl``.
        short_side (int): Short side of the clips. Defaults to 256.
        crf (int): Quality of x264. Defaults to 18.
        advance (Callable, optional): Called after each sample with its
            record, for a progress bar. Defaults to None.
        allow_outside (bool): Accept media outside of ``root``. Defaults to
            False.

    Returns:
        ClipReport: What was made.

    Raises:
        ValueError: If ``out`` holds clips of other settings, or two samples
            would share a file name.
    """
    source = read_annotations(ann_file, allow_outside)
    names = {}
    for record in source.records:
        other = names.setdefault(clip_name(record.sample_id), record)
        if other is not record:
            raise ValueError(
                f'{other.sample_id!r} and {record.sample_id!r} would share '
                f'the clip {clip_name(record.sample_id)}; rename one')
    recipe = dict(short_side=short_side, crf=crf)
    check_recipe(os.path.join(out, RECIPE_NAME), recipe, 'clips')
    records, failed, written = [], [], 0
    for name, record in names.items():
        target = os.path.join(out, name)
        if record.video is not None:
            origin = dict(
                video=record.video, start=record.start, end=record.end)
            try:
                if not _is_whole(target, record):
                    write_clip(
                        os.path.join(root, record.video), target,
                        record.start, record.end, short_side, crf)
                    written += 1
                # keypoints and depth stay with the long video: their frame
                # numbers are not those of the clip
                records.append(
                    replace(
                        record,
                        video=name,
                        start=None,
                        end=None,
                        keypoints=None,
                        depth=None,
                        extra=dict(record.extra, origin=origin)))
            except UnreadableMediaError as error:
                failed.append(error)
        if advance is not None:
            advance(record)
    header = {k: v for k, v in source.header.items() if k != 'videos'}
    write_annotations(
        os.path.join(out, 'annotations.jsonl'), header, records)
    return ClipReport(
        AnnotationFile(header, records), written,
        len(records) - written, failed)


def _is_whole(path: str, record: GestureRecord) -> bool:
    """Whether a clip is there and has the frames of its segment.

    The end of a segment may lie beyond the video, so fewer frames can be
    right; atomic writing takes care of those.
    """
    try:
        length = len(video_index(path))
    except UnreadableMediaError:
        return False
    return record.num_frames is None or length <= record.num_frames
