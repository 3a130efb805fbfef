"""How a challenge counts frames and classes."""
from dataclasses import dataclass
from typing import Optional, Sequence, Tuple

from mmgesture.structures import GestureSegment, VideoDetections
from .report import ValidationReport

__all__ = ['UNITS', 'FrameRule', 'check_times', 'expected_videos']

UNITS = ('frames', 'seconds')


@dataclass(frozen=True)
class FrameRule:
    """From half-open frames and 0-based classes to what is handed in.

    Attributes:
        label_base (int): Number of the first class. Defaults to 1, as in
            SMG's label files.
        frame_base (int): Number of the first frame. Defaults to 0.
        inclusive (bool): Whether the end frame belongs to the gesture.
            Defaults to True.
        unit (str): 'frames', or 'seconds' with two digits, in which bases
            and ``inclusive`` mean nothing. Defaults to 'frames'.

    Raises:
        ValueError: If the unit is unknown.
    """

    label_base: int = 1
    frame_base: int = 0
    inclusive: bool = True
    unit: str = 'frames'

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f'expected a unit of {UNITS}, got '
                             f'{self.unit!r}')

    def times(self, segment: GestureSegment,
              video: VideoDetections) -> Tuple[str, str]:
        """Start and end as text.

        Args:
            segment (GestureSegment): A detection.
            video (VideoDetections): Its video.

        Returns:
            tuple[str, str]: Start and end; whole frames, at least one.

        Raises:
            ValueError: If seconds are asked of a video without a rate.
        """
        if self.unit == 'seconds':
            if not video.fps:
                raise ValueError(f'{video.video_id}: its rate is unknown, so '
                                 'there are no seconds')
            return (f'{segment.start / video.fps:.2f}',
                    f'{segment.end / video.fps:.2f}')
        start = max(round(segment.start), 0)
        end = max(round(segment.end), start + 1)
        if video.num_frames is not None:
            end = min(end, video.num_frames)
            start = min(start, end - 1)
        return (str(start + self.frame_base),
                str(end + self.frame_base - int(self.inclusive)))

    def limit(self, video: VideoDetections) -> Optional[float]:
        """The largest end that a video allows; None: unknown.

        Args:
            video (VideoDetections): The video.

        Returns:
            float: In the unit of the file.
        """
        if video.num_frames is None:
            return None
        if self.unit == 'seconds':
            # rounding to two digits may lift it
            return None if not video.fps else \
                video.num_frames / video.fps + 0.01
        return video.num_frames + self.frame_base - int(self.inclusive)


def expected_videos(
        content_videos: Sequence[VideoDetections],
        video_ids: Optional[Sequence[str]],
        source: str) -> Sequence[VideoDetections]:
    """The videos that are handed in, in the order wanted.

    Args:
        content_videos (Sequence[VideoDetections]): What there is.
        video_ids (Sequence[str], optional): The expected ids; None: all.
        source (str): What errors call the detections.

    Returns:
        Sequence[VideoDetections]: One for each id.

    Raises:
        ValueError: If an expected video is missing.
    """
    if video_ids is None:
        return content_videos
    by_id = {video.video_id: video for video in content_videos}
    missing = [name for name in video_ids if name not in by_id]
    if missing:
        raise ValueError(
            f'{source}: no detections for {len(missing)} of '
            f'{len(video_ids)} videos, e.g. {missing[:3]}; test on the split '
            'that they belong to')
    return [by_id[name] for name in video_ids]


def check_times(start: str, end: str, rule: FrameRule,
                video: VideoDetections, where: str,
                report: ValidationReport) -> None:
    """Check the times of a row.

    Args:
        start (str): The cell.
        end (str): The cell.
        rule (FrameRule): How frames are counted.
        video (VideoDetections): The video of the row.
        where (str): File and line, for the message.
        report (ValidationReport): Problems are appended here.
    """
    kind = int if rule.unit == 'frames' else float
    try:
        first, last = kind(start), kind(end)
    except ValueError:
        report.problems.append(f'{where}: expected start and end in '
                               f'{rule.unit}, got {start!r} and {end!r}')
        return
    lowest = rule.frame_base if kind is int else 0
    shortest = 0 if kind is int and rule.inclusive else 1e-9
    limit = rule.limit(video)
    if first < lowest or last - first < shortest or \
            (limit is not None and last > limit):
        until = '' if limit is None else f' <= {limit:g}'
        report.problems.append(
            f'{where}: expected {lowest} <= start '
            f'{"<=" if not shortest else "<"} end{until} for '
            f'{video.video_id}, got {start} and {end}')
