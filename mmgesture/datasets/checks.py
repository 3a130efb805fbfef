"""Checking a set before training on it."""
import os
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any, Callable, Dict, List, Optional

from mmgesture.structures import (AnnotationFile, GestureRecord,
                                  annotation_hash, read_annotations)
from .imigue import IMIGUE_CLASSES
from .ma52 import CLASSES as MA52_CLASSES
from .media_errors import UnreadableMediaError
from .smg import SMG_CLASSES
from .video import open_video
from .video_index import video_index

MIN_SHARE_OF_FPS = 0.5
# A camera of 29.97 frames a second is often noted down as one of 30.
FPS_TOLERANCE = 0.01
# Class lists whose order the authors' labels follow.
KNOWN_CLASSES = dict(smg=SMG_CLASSES, imigue=IMIGUE_CLASSES, ma52=MA52_CLASSES)
# More subjects than these in several splits are told in one warning.
MAX_SUBJECTS = 5


@dataclass
class DataReport:
    """What :func:`check_annotations` found.

    Attributes:
        dataset (str): Name of the set.
        sha256 (str): Hash of the annotation file.
        samples (int): Number of samples.
        errors (List[str]): What must be mended before training.
        warnings (List[str]): What a person should look at.
        videos (dict): Path to ``frames``, ``fps``, ``seconds``, ``height``
            and ``width``, or to ``error``.
        histogram (dict): Split to (class to samples); ``(hidden)`` counts
            hidden labels.
        subjects (dict): Split to its subjects.
    """

    dataset: str
    sha256: str
    samples: int
    errors: List[str] = field(default_factory=list)
    warnings: List[str] = field(default_factory=list)
    videos: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    histogram: Dict[str, Dict[str, int]] = field(default_factory=dict)
    subjects: Dict[str, List[str]] = field(default_factory=dict)

    def to_dict(self) -> Dict[str, Any]:
        """The report as plain types, for json.

        Returns:
            dict: All attributes and ``ok``.
        """
        return dict(asdict(self), ok=not self.errors)


def check_video(path: str) -> Dict[str, Any]:
    """Open a video and decode its first and last frame.

    Args:
        path (str): The file.

    Returns:
        dict: ``frames, fps, seconds, height, width`` and ``rotation``
        (degrees counterclockwise that the metadata asks for).

    Raises:
        UnreadableMediaError: If it cannot be read.
    """
    turns = video_index(path).quarter_turns
    with open_video(path) as reader:
        reader.get_frames([0, len(reader) - 1])
        stamps = reader.timestamps
        return dict(
            frames=len(reader),
            fps=round(reader.fps, 3),
            seconds=round(float(stamps[-1] + 1 / reader.fps), 3),
            height=reader.shape[0],
            width=reader.shape[1],
            rotation=90 * turns)


def check_annotations(
        ann_file: str,
        root: str,
        advance: Optional[Callable[[str], None]] = None,
        allow_outside: bool = False) -> DataReport:
    """Check an annotation file against its media.

    Errors: absent or unreadable files, segments beyond their file, two
    records of the same segment in different splits, classes of a known set
    in another order, a video whose frame rate or length is not what the
    header says of it. Warnings: subjects in several splits, equal and
    overlapping segments, ends beyond the file, classes without training
    samples, odd frame rates.

    Args:
        ann_file (str): The annotation file.
        root (str): Data root.
        advance (Callable, optional): Called with the path after each video,
            for a progress bar. Defaults to None.
        allow_outside (bool): Accept media outside of ``root``. Defaults to
            False.

    Returns:
        DataReport: What was found.

    Raises:
        AnnotationError: If the annotation file breaks the format.
    """
    annotations = read_annotations(ann_file, allow_outside)
    report = DataReport(annotations.dataset, annotation_hash(ann_file),
                        len(annotations.records))
    if not annotations.records:
        report.errors.append('no samples')
    by_video: Dict[str, List[GestureRecord]] = defaultdict(list)
    for record in annotations.records:
        if record.video is not None:
            by_video[record.video].append(record)
        for key in ('keypoints', 'depth'):
            path = getattr(record, key)
            if path and not os.path.isfile(os.path.join(root, path)):
                message = f'{key} file is absent: {path}'
                if message not in report.errors:
                    report.errors.append(message)
    for video, records in by_video.items():
        _check_media(video, records, root, report)
        _check_overlaps(video, records, report)
        if advance is not None:
            advance(video)
    _check_classes(annotations, report)
    _check_rates(report)
    _check_header(annotations, report)
    _count(annotations, report)
    return report


def _check_media(video: str, records: List[GestureRecord], root: str,
                 report: DataReport) -> None:
    try:
        facts = check_video(os.path.join(root, video))
    except UnreadableMediaError as error:
        report.videos[video] = dict(error=error.reason)
        report.errors.append(f'{video}: {error.reason} '
                             f'({len(records)} samples)')
        return
    report.videos[video] = facts
    for record in records:
        if record.start is None:
            continue
        segment = f'{video}: {record.sample_id} [{record.start}, {record.end})'
        if record.start >= facts['frames']:
            report.errors.append(f'{segment} lies beyond the '
                                 f'{facts["frames"]} frames of the file')
        elif record.end > facts['frames']:
            report.warnings.append(f'{segment} ends beyond the '
                                   f'{facts["frames"]} frames of the file')


def _check_overlaps(video: str, records: List[GestureRecord],
                    report: DataReport) -> None:
    # a whole file overlaps everything in it
    spans = sorted(((r.start or 0, float('inf') if r.end is None else r.end,
                     r) for r in records),
                   key=lambda span: span[:2])
    overlaps, leaks = [], []
    for number, (start, end, record) in enumerate(spans):
        for other_start, other_end, other in spans[number + 1:]:
            if other_start >= end:
                break
            pair = f'{record.sample_id} and {other.sample_id}'
            if (start, end, record.label) == (other_start, other_end,
                                              other.label):
                report.warnings.append(
                    f'{video}: {pair} are the same segment with the same '
                    'label')
            else:
                overlaps.append(pair)
            if record.split != other.split:
                leaks.append(f'{pair} ({record.split}, {other.split})')
    if overlaps:
        report.warnings.append(f'{video}: {len(overlaps)} pairs of segments '
                               f'overlap, the first is {overlaps[0]}')
    if leaks:
        report.errors.append(
            f'{video}: {len(leaks)} pairs of overlapping segments are in '
            f'different splits, the first is {leaks[0]}')


def _check_rates(report: DataReport) -> None:
    rates = sorted(v['fps'] for v in report.videos.values() if 'fps' in v)
    if not rates:
        return
    median = rates[len(rates) // 2]
    for video, facts in report.videos.items():
        fps = facts.get('fps')
        if fps and not MIN_SHARE_OF_FPS <= fps / median <= 1 / \
                MIN_SHARE_OF_FPS:
            report.warnings.append(f'{video}: {fps} frames a second, the '
                                   f'median of the set is {median}')


def _check_classes(annotations: AnnotationFile, report: DataReport) -> None:
    """Compare the class list with those that are known."""
    classes = annotations.classes
    for name, known in KNOWN_CLASSES.items():
        if sorted(classes) == sorted(known):
            first = next((k for k, pair in enumerate(zip(classes, known))
                          if pair[0] != pair[1]), None)
            if first is not None:
                report.errors.append(
                    f'the header has the classes of {name} in another order '
                    f'than its labels: label {first} is '
                    f'{known[first]!r} in the set, {classes[first]!r} here. '
                    'Take the order of the converter in tools/data')
        elif name == annotations.dataset:
            other = sorted(set(classes) ^ set(known))
            report.warnings.append(
                f'the header names other classes than {name} has: '
                f'{other[:3]} and {max(len(other) - 3, 0)} more differ')


def _check_header(annotations: AnnotationFile, report: DataReport) -> None:
    """Compare what the header says of videos with the files."""
    for video in annotations.header.get('videos') or ():
        facts = report.videos.get(video.get('video'), {})
        said, fps = video.get('fps'), facts.get('fps')
        if fps and isinstance(said, (int, float)) and \
                abs(fps - said) > FPS_TOLERANCE * said:
            report.errors.append(
                f'{video["video"]}: {fps} frames a second, the header says '
                f'{said}: frame numbers and times of one do not fit the '
                'other. Convert the set again, or take the file that was '
                'annotated')
        said, frames = video.get('num_frames'), facts.get('frames')
        if frames and isinstance(said, int) and \
                abs(frames - said) > max(FPS_TOLERANCE * said, 1):
            report.errors.append(f'{video["video"]}: {frames} frames, the '
                                 f'header says {said}')


def _count(annotations: AnnotationFile, report: DataReport) -> None:
    people = defaultdict(set)
    counts: Dict[str, Counter] = defaultdict(Counter)
    for record in annotations.records:
        split = record.split or '(none)'
        name = '(hidden)' if record.label is None else \
            annotations.classes[record.label]
        counts[split][name] += 1
        if record.subject is not None:
            people[record.subject].add(split)
    for split, counter in counts.items():
        order = [*annotations.classes, '(hidden)']
        report.histogram[split] = {
            name: counter[name]
            for name in order if name != '(hidden)' or counter[name]
        }
        report.subjects[split] = sorted(
            subject for subject, splits in people.items() if split in splits)
    shared = [(subject, sorted(splits))
              for subject, splits in sorted(people.items()) if len(splits) > 1]
    if len(shared) > MAX_SUBJECTS:
        report.warnings.append(
            f'{len(shared)} of {len(people)} subjects are in several splits, '
            f'the first is {shared[0][0]}: {shared[0][1]}')
    else:
        report.warnings += [
            f'subject {subject} is in several splits: {splits}'
            for subject, splits in shared
        ]
    if 'train' in counts:
        unseen = sorted({
            name
            for split, counter in counts.items() for name in counter
            if name != '(hidden)' and not counts['train'][name]
        })
        if unseen:
            report.warnings.append(f'classes without training samples: '
                                   f'{unseen}')
