"""From the files of iMiGUE to records, complaints and notes."""
import os
from typing import AbstractSet, Callable, Dict, List, Optional, Tuple

from mmgesture.structures import GestureRecord
from ..imigue import IMIGUE_VAL_VIDEOS, imigue_official_split
from ..media_errors import UnreadableMediaError
from ..video_index import video_index
from .imigue_files import ImigueVideo, enumerate_names, find_imigue_videos
from .imigue_keypoints import convert_openpose_tables
from .imigue_tables import LabelRow, read_label_rows
from .imigue_test_part import hide_placeholders

SCHEMES = {'miga': ['train', 'val', 'test'], 'official': ['train', 'test']}
"""Splits by scheme."""

KEYPOINT_FOLDER = 'keypoints'
Progress = Optional[Callable[[str, int, int], None]]


def choose_split(video_id: str, hint: Optional[str], scheme: str,
                 subjects: Dict[str, int],
                 test_videos: AbstractSet[str] = frozenset()) -> Optional[str]:
    """Split of a video.

    Args:
        video_id (str): Four digits.
        hint (str, optional): What the names of its folders say.
        scheme (str): 'miga': the ten validation videos of the challenge by
            their ids, else the folders, else the list of test ids, else the
            athlete; 'official': by athlete alone.
        subjects (Dict[str, int]): Video to athlete.
        test_videos (AbstractSet[str]): Videos in the list of test ids.
            Defaults to frozenset().

    Returns:
        str: 'train', 'val' or 'test'; None if nothing tells.

    Raises:
        ValueError: If the official split is asked for and the athlete is
            not known.
    """
    subject = subjects.get(video_id)
    if scheme == 'official':
        if subject is None:
            raise ValueError(f'video {video_id}: expected a row video,subject '
                             'in the table of athletes, there is none')
        return imigue_official_split(subject)
    if video_id in IMIGUE_VAL_VIDEOS:
        return 'val'
    if hint is None and video_id in test_videos:
        return 'test'
    if hint is None and subject is not None:
        return imigue_official_split(subject)
    return hint


class ImigueRun:
    """One conversion: gathers files, records, complaints and notes.

    Args:
        root (str): Folder of the set.
        scheme (str): 'miga' or 'official'.
        subjects (Dict[str, int]): Video to athlete.
        test_videos (AbstractSet[str]): Videos in the list of test ids.
        frame_base (int): Number of the first frame in the label files.
        tolerance (int): Frames that a gesture may end beyond its media.
    """

    def __init__(self, root: str, scheme: str, subjects: Dict[str, int],
                 test_videos: AbstractSet[str], frame_base: int,
                 tolerance: int) -> None:
        self.root = root
        self.scheme = scheme
        self.subjects = subjects
        self.test_videos = test_videos
        self.frame_base = frame_base
        self.tolerance = tolerance
        self.problems: List[str] = []
        self.notes: List[str] = []
        self.videos: Dict[str, ImigueVideo] = {}
        self.splits: Dict[str, Optional[str]] = {}
        self.tables: Dict[str, List[LabelRow]] = {}
        self.frames: Dict[str, int] = {}
        self.fps: Dict[str, float] = {}
        self.skeletons: Dict[str, int] = {}

    def _path(self, relative: str) -> str:
        return os.path.join(self.root, relative)

    def _keypoints(self, name: str) -> Optional[str]:
        return f'{KEYPOINT_FOLDER}/{name}.npz' if name in self.skeletons \
            else None

    def _note(self, names: List[str], text: str) -> None:
        if names:
            self.notes.append(
                f'{len(names)} {text}: {enumerate_names(names)}')

    def find(self) -> None:
        """Find the files and choose the splits."""
        videos = find_imigue_videos(self.root, self.problems, self.notes)
        moved, unknown = [], []
        for name, video in videos.items():
            try:
                split = choose_split(name, video.hint, self.scheme,
                                     self.subjects, self.test_videos)
            except ValueError as error:
                self.problems.append(str(error))
                continue
            self.videos[name] = video
            self.splits[name] = split
            if split is None:
                unknown.append(name)
            elif self.scheme == 'miga' and video.hint not in (None, split):
                moved.append(f'{name} ({video.hint})')
        self._note(moved, 'validation videos of the challenge lie in folders '
                   'of another split, put into val')
        self._note(unknown, 'videos without a split (no folder named train, '
                   'validate or test, no test id, no athlete), they are '
                   'neither trained nor tested on')

    def read_labels(self) -> None:
        """Read all label tables, without looking at the media."""
        hidden = {}
        for name, video in self.videos.items():
            if not video.labels:
                continue
            of_test = video.hint == 'test' or (self.scheme == 'miga' and
                                               self.splits[name] == 'test')
            rows = read_label_rows(
                self._path(video.labels), self.problems, of_test)
            (hidden if of_test else self.tables)[name] = rows
        self.tables.update(hide_placeholders(hidden, self.notes))

    def convert_skeletons(self, workers: int, progress: Progress) -> None:
        """Write the keypoints that are not written yet.

        Args:
            workers (int): Processes.
            progress (Callable, optional): Called with (stage, done, all).

        Raises:
            ImportError: If openpyxl is needed and not installed.
        """
        jobs = {
            name: (self._path(video.skeleton),
                   self._path(f'{KEYPOINT_FOLDER}/{name}.npz'))
            for name, video in self.videos.items() if video.skeleton
        }
        self.skeletons = convert_openpose_tables(
            jobs, self.problems, workers, progress
            and (lambda done, number: progress('skeletons', done, number)))

    def measure(self, progress: Progress) -> None:
        """Count the frames of the recordings.

        Args:
            progress (Callable, optional): Called with (stage, done, all).
        """
        differing = []
        for done, (name, video) in enumerate(self.videos.items(), 1):
            if video.video:
                try:
                    index = video_index(self._path(video.video))
                    self.frames[name], self.fps[name] = len(index), index.fps
                except UnreadableMediaError as error:
                    self.problems.append(str(error))
                    video.video = None
            lengths = self.frames.get(name), self.skeletons.get(name)
            if None not in lengths and lengths[0] != lengths[1]:
                differing.append(f'{name} (video {lengths[0]}, skeleton '
                                 f'{lengths[1]})')
            if progress is not None:
                progress('videos', done, len(self.videos))
        self._note(differing, 'videos and skeletons differ in frames, the '
                   'shorter one counts')

    def collect(self) -> Tuple[List[dict], List[GestureRecord]]:
        """Put the labels on the media.

        Returns:
            tuple: Entries about videos for the header, and records by video
            and row.
        """
        entries, records = [], []
        silent, orphans, clamped = [], [], []
        for name, video in self.videos.items():
            media = dict(video=video.video, keypoints=self._keypoints(name))
            if not any(media.values()):
                if video.labels:
                    orphans.append(name)
                continue
            if name not in self.tables:
                silent.append(f'{name} ({self.splits[name]})')
            subject = self.subjects.get(name)
            common = dict(
                media,
                subject=None if subject is None else str(subject),
                split=self.splits[name])
            entries.append(
                dict(
                    video_id=name,
                    num_frames=self.frames.get(name,
                                               self.skeletons.get(name)),
                    keypoint_frames=self.skeletons.get(name),
                    fps=self.fps.get(name),
                    labelled=any(r.label is not None
                                 for r in self.tables.get(name, ())),
                    **common))
            for row in self.tables.get(name, ()):
                frames = self._place(name, row, clamped)
                if frames:
                    records.append(
                        GestureRecord(
                            f'{name}_{row.row}',
                            start=frames[0],
                            end=frames[1],
                            label=row.label,
                            **common))
        named = [e['video_id'] for e in entries]
        self._note([n for n in named if n not in self.frames],
                   'videos without a recording, keypoints alone')
        self._note([n for n in named if not self.videos[n].skeleton],
                   'videos without an OpenPose table')
        if self.subjects:
            self._note([n for n in named if n not in self.subjects],
                       'videos without an athlete in the table')
        else:
            self.notes.append('the athletes are not known (--subjects), so '
                              'nothing can be chosen by subject')
        self._note(silent, 'videos without a label file, no samples of them')
        self._note(orphans, 'label files without a recording and without '
                   'keypoints, left out')
        self._note(clamped, 'gestures end beyond their media (frames), cut')
        self._tell_frame_base(clamped)
        return entries, records

    def _place(self, name: str, row: LabelRow,
               clamped: List[str]) -> Optional[Tuple[int, int]]:
        """Half-open frames from 0; None where they are wrong."""
        first = row.start - self.frame_base
        beyond = row.end - self.frame_base + 1
        limit = min(self.frames.get(name, beyond),
                    self.skeletons.get(name, beyond))
        where = f'{self._path(self.videos[name].labels)} row {row.row + 1}'
        if first < 0:
            self.problems.append(f'{where}: expected a start of at least '
                                 f'{self.frame_base}, got {row.start}')
            return None
        if first >= limit or beyond > limit + self.tolerance:
            self.problems.append(
                f'{where}: expected frames up to '
                f'{limit - 1 + self.frame_base}, got {row.start} to '
                f'{row.end}; the video has {self.frames.get(name)} frames, '
                f'the skeleton {self.skeletons.get(name)}')
            return None
        if beyond > limit:
            clamped.append(f'{name}_{row.row} ({beyond - limit})')
        return first, min(beyond, limit)

    def _tell_frame_base(self, clamped: List[str]) -> None:
        starts = [row.start for rows in self.tables.values() for row in rows]
        if not starts:
            return
        if min(starts) == 0:
            speaks = 'a gesture starts at frame 0, so the files count from 0'
        elif clamped and not self.frame_base:
            speaks = (f'no gesture starts at 0 and {len(clamped)} end '
                      'beyond their media: --frame-base 1 may be right')
        else:
            speaks = 'nothing in the files speaks against it'
        self.notes.append(f'frames are counted from {self.frame_base} (not '
                          f'documented by the release); {speaks}')
