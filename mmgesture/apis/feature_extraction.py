"""Features of all videos of a set, by a recognizer."""
import hashlib
import os
from typing import Callable, List, NamedTuple, Optional

from mmgesture.datasets.features import (describe_features, has_features,
                                         write_features)
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.structures import read_annotations, untrimmed_videos
from .sliding_recognizer import SlidingRecognizer

__all__ = ['ExtractionReport', 'extract_features', 'file_hash']


class ExtractionReport(NamedTuple):
    """Result of :func:`extract_features`.

    Attributes:
        written (int): Files made by this call.
        reused (int): Files that were there already.
        failed (list[UnreadableMediaError]): One for each bad video.
    """

    written: int
    reused: int
    failed: List[UnreadableMediaError]


def file_hash(path: str) -> str:
    """SHA-256 of a file, for the record.

    Args:
        path (str): The file.

    Returns:
        str: 64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            digest.update(block)
    return digest.hexdigest()


def extract_features(
        recognizer: SlidingRecognizer,
        ann_file: str,
        root: str,
        out: str,
        made_by: dict,
        advance: Optional[Callable[[str, int], None]] = None
) -> ExtractionReport:
    """Write one feature file for each video of an annotation file.

    Files appear when they are complete and complete ones are kept, so the
    work can be taken up again. A bad video does not stop the others.

    Args:
        recognizer (SlidingRecognizer): What makes them.
        ann_file (str): Annotation file.
        root (str): Its data root.
        out (str): Folder of the features.
        made_by (dict): What the recognizer is, for ``features.json``:
            another one is refused.
        advance (Callable, optional): Called with a video's id and the number
            of windows that are done. Defaults to None.

    Returns:
        ExtractionReport: What was made.

    Raises:
        ValueError: If no video is named, or the folder holds features of
            other settings.
    """
    videos = [v for v in untrimmed_videos(
        read_annotations(ann_file), source=ann_file) if v.video]
    if not videos:
        raise ValueError(f'{ann_file}: no record names a video')
    recipe = dict(
        stride=recognizer.stride,
        window=recognizer.window,
        fps=recognizer.frames.fps,
        made_by=made_by)
    describe_features(out, recipe)
    written, reused, failed = 0, 0, []
    for video in videos:
        if has_features(out, video.video_id):
            reused += 1
            continue
        try:
            result = recognizer(
                os.path.join(root, video.video), None if advance is None else
                lambda count, name=video.video_id: advance(name, count))
        except UnreadableMediaError as error:
            failed.append(error)
            continue
        write_features(out, video.video_id, result.features, recipe)
        written += 1
    return ExtractionReport(written, reused, failed)
