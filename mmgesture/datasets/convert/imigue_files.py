"""Which files of the iMiGUE set lie below a folder, by their names.

The challenge's release has skeletons with labels and videos in two parts,
either of which may be absent::

    imigue_data_phase1/datasets/imigue_skeleton_train/0054/0054_openpose.xlsx
                                                          /0054_label.csv
                               /imigue_skeleton_validate/...
    imigue_data_phase2/imigue_skeleton_test/...
    imigue_rgb_phase1/train_data/0054/0054.mp4
                     /validation_data/...
    imigue_rgb_phase2/0054/0054.mp4

Only the names of the files count, so other nestings work too; the split that
the challenge gives a video is read from the names of the folders.
"""
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Optional, Sequence, Set, Tuple

MAX_NAMED = 8
KINDS = {
    'video': re.compile(r'^(\d{3,4})\.(?:mp4|avi|mkv|mov)$', re.I),
    'skeleton': re.compile(r'^(\d{3,4})_openpose\.xlsx$', re.I),
    'labels': re.compile(r'^(\d{3,4})_label\.csv$', re.I),
}
CLIP = re.compile(r'^(\d{3,4})_(\d+)\.mp4$', re.I)
OFFICIAL_FOLDERS = ('imigue_skeleton_train', 'imigue_skeleton_validate',
                    'imigue_skeleton_test', 'train_data', 'validation_data',
                    'imigue_rgb_phase2')
_SPLIT_WORD = re.compile(
    r'(?:^|[^a-z])(train|val|test)(?:ing|id|idate|idation)?(?:[^a-z]|$)')


@dataclass
class ImigueVideo:
    """The files of one video, relative to the root.

    Attributes:
        video_id (str): Four digits.
        video (str, optional): The recording.
        skeleton (str, optional): OpenPose table.
        labels (str, optional): Label table.
        clips (Dict[int, str]): Cut gestures by their number.
        hints (Set[str]): Splits that the names of the folders speak of.
    """

    video_id: str
    video: Optional[str] = None
    skeleton: Optional[str] = None
    labels: Optional[str] = None
    clips: Dict[int, str] = field(default_factory=dict)
    hints: Set[str] = field(default_factory=set)

    @property
    def hint(self) -> Optional[str]:
        """str: The one split that the folders speak of, or None."""
        return next(iter(self.hints)) if len(self.hints) == 1 else None


def enumerate_names(names: Sequence[str]) -> str:
    """A list for people, shortened.

    Args:
        names (Sequence[str]): What to list.

    Returns:
        str: The first few and how many more there are.
    """
    more = len(names) - MAX_NAMED
    tail = f' and {more} more' if more > 0 else ''
    return ', '.join(names[:MAX_NAMED]) + tail


def folder_split(folder: str) -> Optional[str]:
    """Split that the names of folders speak of, the innermost first.

    Args:
        folder (str): Path relative to the root, with ``/``.

    Returns:
        str: 'train', 'val' or 'test'; None if they say nothing. The
        recordings of the test part lie in a folder that only says
        ``phase2``.
    """
    parts = [part.lower() for part in folder.split('/')]
    for part in reversed(parts):
        match = _SPLIT_WORD.search(part)
        if match:
            return match[1]
    return 'test' if any('phase2' in part for part in parts) else None


def find_imigue_videos(root: str, problems: List[str],
                       notes: List[str]) -> Dict[str, ImigueVideo]:
    """Find the files of every video below a folder.

    Args:
        root (str): The folder.
        problems (List[str]): Files that are there twice and differ, and
            videos whose folders contradict each other, are appended here.
        notes (List[str]): Folders of other names than the official ones are
            appended here.

    Returns:
        Dict[str, ImigueVideo]: By id, in the order of the ids.

    Raises:
        FileNotFoundError: If there is none.
    """
    found: Dict[str, ImigueVideo] = {}
    others: Counter = Counter()
    for folder, names in _walk(root):
        place = os.path.relpath(folder, root).replace(os.sep, '/')
        for name in sorted(names):
            path = name if place == '.' else f'{place}/{name}'
            kind, match = _kind(name)
            if match is None:
                continue
            video = found.setdefault(match[1].zfill(4),
                                     ImigueVideo(match[1].zfill(4)))
            hint = folder_split(place)
            if hint:
                video.hints.add(hint)
            if kind == 'clip':
                video.clips.setdefault(int(match[2]), path)
                continue
            first = getattr(video, kind) or path
            setattr(video, kind, first)
            if first != path and os.path.getsize(os.path.join(
                    root, first)) != os.path.getsize(
                        os.path.join(root, path)):
                problems.append(f'{first} and {path} differ: expected one '
                                f'{kind} file per video')
            if not any(official in place.split('/')
                       for official in OFFICIAL_FOLDERS):
                parent = place.rsplit('/', 1)[0] if place.endswith(
                    f'/{match[1]}') else place
                others[parent] += 1
    if not any(v.video or v.skeleton or v.labels or v.clips
               for v in found.values()):
        raise FileNotFoundError(
            'no files <VID>.mp4, <VID>_openpose.xlsx or <VID>_label.csv '
            f'(<VID>: four digits) below {os.path.abspath(root)}; expected '
            'the unpacked iMiGUE set. For train_data.npy and '
            'train_label.pkl of MiGA 2023 use --release 2023')
    for video in found.values():
        if len(video.hints) > 1:
            problems.append(
                f'video {video.video_id}: its files lie in folders of '
                f'different splits {sorted(video.hints)}: expected one')
    for place, number in sorted(others.items()):
        hint = folder_split(place)
        says = f'its name says {hint}' if hint else 'its name says no split'
        notes.append(f'{number} files found in {place!r}, which is no folder '
                     f'of the official layout; {says}')
    return dict(sorted(found.items()))


def _walk(root: str) -> Iterator[Tuple[str, List[str]]]:
    """Folders and their files, also behind links, each folder once."""
    seen = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        yield folder, names


def _kind(name: str) -> tuple:
    for kind, pattern in KINDS.items():
        match = pattern.match(name)
        if match:
            return kind, match
    return 'clip', CLIP.match(name)
