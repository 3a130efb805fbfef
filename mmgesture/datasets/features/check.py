"""Whether the features of a set are fit to be used, before training."""
from typing import Dict, List, Sequence, Union

from mmgesture.structures import TimeGrid, UntrimmedVideo
from ..media_errors import UnreadableMediaError
from .folder import FeatureFolder
from .frames import FrameGrid

__all__ = ['common_channels', 'grids_of']


def grids_of(reader: Union[FeatureFolder, FrameGrid],
             videos: Sequence[UntrimmedVideo]) -> List[TimeGrid]:
    """The grid of every video.

    Args:
        reader (FeatureFolder | FrameGrid): Where the steps come from.
        videos (Sequence[UntrimmedVideo]): The videos.

    Returns:
        list[TimeGrid]: One for each.

    Raises:
        UnreadableMediaError: If some have no usable features; says the
            first and how many.
    """
    grids, failed = [], []
    for video in videos:
        try:
            grids.append(reader.grid(video))
        except UnreadableMediaError as error:
            failed.append(error)
    if failed:
        raise UnreadableMediaError(
            failed[0].path, f'{failed[0].reason} ({len(failed)} of '
            f'{len(videos)} videos have no usable features)')
    return grids


def common_channels(folder: FeatureFolder,
                    videos: Sequence[UntrimmedVideo]) -> int:
    """Channels that all videos have.

    Args:
        folder (FeatureFolder): The features.
        videos (Sequence[UntrimmedVideo]): The videos, at least one.

    Returns:
        int: C.

    Raises:
        UnreadableMediaError: If they differ.
    """
    found: Dict[int, str] = {}
    for video in videos:
        found.setdefault(
            folder.num_channels(video.video_id), video.video_id)
    if len(found) > 1:
        raise UnreadableMediaError(
            folder.folder, 'expected the same number of channels in all '
            'files, got ' + ', '.join(f'{number} ({name})'
                                      for number, name in found.items()))
    return next(iter(found))
