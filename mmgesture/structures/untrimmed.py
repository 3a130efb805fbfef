"""Untrimmed videos out of the one annotation format.

The records of an annotation file are gestures; the header's ``videos`` lists
the recordings they lie in. Here the two meet: one :class:`UntrimmedVideo` for
each recording with all its segments. A record belongs to the entry that its
own key ``video_id`` names, or else to the one with the same ``video`` (or
``keypoints``). Without an entry the records' file is a video of its own,
called by its name without folder and suffix.

What real label files get wrong is either an error or a repair that is
counted, see :class:`SegmentRepairs`.
"""
import os
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence, Union

from mmgesture.textio import shown
from .annotation_checks import AnnotationError, is_inside
from .record import AnnotationFile, GestureRecord
from .segment import GestureSegment

__all__ = ['SegmentRepairs', 'UntrimmedVideo', 'untrimmed_videos']


@dataclass
class UntrimmedVideo:
    """A recording with the gestures in it.

    Attributes:
        video_id (str): Unique name; detections join by it.
        video (str, optional): Video file relative to the data root.
        keypoints (str, optional): Skeleton file relative to the data root.
        num_frames (int, optional): Frames; None: not known.
        fps (float, optional): Frames per second; None: not known.
        subject (str, optional): Who is seen.
        split (str, optional): Name of the split.
        segments (list[GestureSegment], optional): By start; None where the
            labels are hidden.
        extra (dict): Other keys of the header's entry.
    """

    video_id: str
    video: Optional[str] = None
    keypoints: Optional[str] = None
    num_frames: Optional[int] = None
    fps: Optional[float] = None
    subject: Optional[str] = None
    split: Optional[str] = None
    segments: Optional[List[GestureSegment]] = None
    extra: Dict[str, Any] = field(default_factory=dict)


@dataclass
class SegmentRepairs:
    """What was mended while segments were collected.

    Attributes:
        clamped (list[str]): Segments that ended beyond their video and now
            end with it.
        duplicates (list[str]): Segments that were there already with the
            same times and class, left out.
        overlaps (list[str]): Pairs of the same class that overlap and are
            both kept: nobody can say which is right.
    """

    clamped: List[str] = field(default_factory=list)
    duplicates: List[str] = field(default_factory=list)
    overlaps: List[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.clamped or self.duplicates or self.overlaps)

    def __str__(self) -> str:
        texts = []
        for what, names in (('ended beyond their video and were clamped',
                             self.clamped),
                            ('were there twice and were dropped once',
                             self.duplicates),
                            ('overlap another one of their class and were '
                             'kept', self.overlaps)):
            if names:
                more = ', ...' if len(names) > 3 else ''
                texts.append(f'{len(names)} segment(s) {what}: '
                             f'{", ".join(names[:3])}{more}')
        return '; '.join(texts) or 'nothing was mended'


def untrimmed_videos(
    annotations: AnnotationFile,
    split: Union[str, Sequence[str], None] = None,
    subjects: Optional[Sequence[str]] = None,
    exclude_subjects: Optional[Sequence[str]] = None,
    source: str = 'annotations',
    repairs: Optional[SegmentRepairs] = None,
) -> List[UntrimmedVideo]:
    """The recordings of some splits and subjects with their segments.

    Args:
        annotations (AnnotationFile): The set.
        split (str | Sequence[str], optional): Split or splits; None: all.
            Defaults to None.
        subjects (Sequence[str], optional): Only these. Defaults to None.
        exclude_subjects (Sequence[str], optional): All but these. Defaults
            to None.
        source (str): Name of the annotation file, for messages. Defaults to
            'annotations'.
        repairs (SegmentRepairs, optional): Filled with what was mended.
            Defaults to None.

    Returns:
        list[UntrimmedVideo]: In the order of the header, then of the
        records.

    Raises:
        AnnotationError: If a record names an unknown ``video_id``, segments
            start beyond their video, or records of one video are in several
            splits; all problems at once.
        ValueError: If there is no such split or subject.
    """
    repairs = SegmentRepairs() if repairs is None else repairs
    problems: List[str] = []
    videos = _entries(annotations, problems)
    members: Dict[str, List[GestureRecord]] = {name: [] for name in videos}
    by_file = {(key, getattr(v, key)): v.video_id
               for v in videos.values() for key in ('keypoints', 'video')
               if getattr(v, key) is not None}
    for record in annotations.records:
        name = _owner(record, by_file)
        if name not in videos:
            if 'video_id' in record.extra and annotations.header.get('videos'):
                problems.append(f'{record.sample_id}: its video_id {name!r} '
                                'is not among the "videos" of the header')
                continue
            videos[name] = UntrimmedVideo(
                name, record.video, record.keypoints, subject=record.subject,
                split=record.split, segments=[])
            by_file.update({(key, getattr(record, key)): name
                            for key in ('keypoints', 'video')
                            if getattr(record, key) is not None})
            members[name] = []
        members[name].append(record)
    for name, records in members.items():
        _fill(videos[name], records, problems, repairs)
        if not is_inside(name):
            problems.append(f'expected a video_id that can name a file, '
                            f'without a way out of its folder, got {name!r}')
    if problems:
        raise AnnotationError(source, problems)
    return _select(annotations, list(videos.values()), split, subjects,
                   exclude_subjects)


def _entries(annotations: AnnotationFile,
             problems: List[str]) -> Dict[str, UntrimmedVideo]:
    known = ('video_id', 'video', 'keypoints', 'num_frames', 'fps', 'subject',
             'split')
    own = ('video_id', 'num_frames', 'fps')
    videos: Dict[str, UntrimmedVideo] = {}
    for number, entry in enumerate(annotations.header.get('videos') or ()):
        name = entry.get('video_id') or _stem(
            entry.get('video') or entry.get('keypoints'))
        if not name or not isinstance(name, str):
            problems.append(f'videos[{number}]: expected a video_id or a '
                            f'file, got {entry}')
            continue
        if name in videos:
            problems.append(f'videos[{number}]: the video_id {name!r} occurs '
                            'twice')
            continue
        frames, fps = entry.get('num_frames'), entry.get('fps')
        if frames is not None and (not isinstance(frames, int) or isinstance(
                frames, bool) or frames < 1):
            problems.append(f'{name}: expected num_frames of 1 or more (a '
                            f'video without frames cannot be used), got '
                            f'{shown(frames)}')
            frames = None
        if fps is not None and (not isinstance(fps,
                                               (int, float)) or not fps > 0):
            problems.append(f'{name}: expected a positive fps, got '
                            f'{shown(fps)}')
            fps = None
        split = entry.get('split')
        if split is not None and split not in annotations.splits:
            problems.append(f'{name}: expected a split of '
                            f'{annotations.splits}, got {split!r}')
        subject = entry.get('subject')
        if subject is not None and not isinstance(subject, str):
            problems.append(f'{name}: expected a subject (str) or null, got '
                            f'{shown(subject)}')
        hidden = entry.get('labelled') is False
        videos[name] = UntrimmedVideo(
            **{k: entry.get(k) for k in known if k not in own},
            video_id=name,
            num_frames=frames,
            fps=fps,
            segments=None if hidden else [],
            extra={k: v for k, v in entry.items() if k not in known})
    return videos


def _stem(path: Optional[str]) -> Optional[str]:
    return os.path.splitext(path.rsplit('/', 1)[-1])[0] if path else None


def _owner(record: GestureRecord, by_file: Dict[tuple, str]) -> str:
    if record.extra.get('video_id') is not None:
        return str(record.extra['video_id'])
    for key in ('video', 'keypoints'):
        if (key, getattr(record, key)) in by_file:
            return by_file[key, getattr(record, key)]
    return _stem(record.video or record.keypoints)


def _fill(video: UntrimmedVideo, records: List[GestureRecord],
          problems: List[str], repairs: SegmentRepairs) -> None:
    """Put the segments of the records into their video."""
    splits = sorted({str(r.split) for r in records} |
                    ({str(video.split)} if video.split else set()))
    if len(splits) > 1:
        problems.append(f'{video.video_id}: expected one split for an '
                        f'untrimmed video, its samples are in {splits}')
    if video.split is None and records:
        video.split = records[0].split
    if video.subject is None and records:
        video.subject = records[0].subject
    if any(r.label is None or r.start is None for r in records):
        # a single hidden label makes every score of the video wrong
        video.segments = None
        return
    if records and video.segments is None:
        video.segments = []
    seen: Dict[tuple, str] = {}
    segments = []
    for record in records:
        start, end = record.start, record.end
        name = f'{record.sample_id} [{start}, {end})'
        if video.num_frames is not None:
            if start >= video.num_frames:
                problems.append(f'{name} starts beyond the '
                                f'{video.num_frames} frames of '
                                f'{video.video_id}')
                continue
            if end > video.num_frames:
                repairs.clamped.append(name)
                end = video.num_frames
        key = (start, end, record.label)
        if key in seen:
            repairs.duplicates.append(f'{name} = {seen[key]}')
            continue
        seen[key] = record.sample_id
        segments.append((GestureSegment(start, end, record.label), name))
    segments.sort(key=lambda item: (item[0].start, item[0].end))
    _note_overlaps(segments, repairs)
    if video.segments is not None:
        video.segments = [segment for segment, _ in segments]


def _note_overlaps(segments: List[tuple], repairs: SegmentRepairs) -> None:
    latest: Dict[int, tuple] = {}
    for segment, name in segments:
        before = latest.get(segment.label)
        if before is not None and before[0].end > segment.start:
            repairs.overlaps.append(f'{name} and {before[1]}')
        if before is None or segment.end > before[0].end:
            latest[segment.label] = (segment, name)


def _select(annotations: AnnotationFile, videos: List[UntrimmedVideo], split,
            subjects, exclude_subjects) -> List[UntrimmedVideo]:
    wanted = [split] if isinstance(split, str) else split
    unknown = [s for s in wanted or () if s not in annotations.splits]
    if unknown:
        raise ValueError(f'unknown split(s) {unknown}; the annotation file '
                         f'of {annotations.dataset!r} knows '
                         f'{annotations.splits}')
    known = {v.subject for v in videos}
    keep = None if subjects is None else {str(s) for s in subjects}
    drop = {str(s) for s in exclude_subjects or ()}
    strangers = sorted(((keep or set()) | drop) - known)
    if strangers:
        raise ValueError(f'unknown subject(s) {strangers}; the annotation '
                         f'file of {annotations.dataset!r} has '
                         f'{sorted(map(str, known))}')
    return [
        v for v in videos if (wanted is None or v.split in wanted) and
        (keep is None or v.subject in keep) and v.subject not in drop
    ]
