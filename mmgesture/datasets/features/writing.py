"""Writing feature sequences, and knowing which are written."""
import os
from typing import Any, Dict

import numpy as np

from mmgesture.fileio import atomic_path
from mmgesture.manifest import Manifest, matches
from mmgesture.structures.annotation_checks import is_inside
from ..media_errors import UnreadableMediaError
from ..recipe import check_recipe
from .arrays import open_array

__all__ = [
    'DESCRIPTION', 'describe_features', 'feature_file', 'has_features',
    'write_features'
]

DESCRIPTION = 'features.json'


def feature_file(folder: str, video_id: str, suffix: str = '.npy') -> str:
    """Where the features of a video lie.

    Args:
        folder (str): The folder.
        video_id (str): The video.
        suffix (str): Of the file. Defaults to '.npy'.

    Returns:
        str: The file.

    Raises:
        ValueError: If the name would leave the folder.
    """
    if not is_inside(video_id):
        raise ValueError(f'expected a video_id that names a file below '
                         f'{folder}, got {video_id!r}')
    return os.path.join(folder, video_id + suffix)


def describe_features(folder: str, recipe: Dict[str, Any]) -> None:
    """Write how features were made, or refuse to mix them with others.

    Args:
        folder (str): The folder; made if absent.
        recipe (dict): ``stride``, ``window``, ``fps`` and ``made_by``.

    Raises:
        ValueError: If the folder holds features of another recipe.
    """
    check_recipe(
        os.path.join(folder, DESCRIPTION),
        dict(mmgesture_features=1, **recipe), 'features')


def write_features(folder: str, video_id: str, features: np.ndarray,
                   recipe: Dict[str, Any]) -> str:
    """Write the features of one video, atomically.

    Args:
        folder (str): The folder; made if absent.
        video_id (str): The video.
        features (np.ndarray): Shape (steps, channels).
        recipe (dict): See :func:`describe_features`.

    Returns:
        str: The file.

    Raises:
        ValueError: If the features are not finite or of another shape, or
            the folder holds some of another recipe.
    """
    features = np.asarray(features, dtype=np.float32)
    if features.ndim != 2 or 0 in features.shape or \
            not np.isfinite(features).all():
        raise ValueError(f'{video_id}: expected finite features of shape '
                         f'(steps, channels), got {features.shape}')
    describe_features(folder, recipe)
    path = feature_file(folder, video_id)
    with atomic_path(path) as temporary:
        np.save(temporary, features)
    Manifest(folder).add(f'{video_id}.npy', recipe)
    return path


def has_features(folder: str, video_id: str) -> bool:
    """Whether a video's features are there, and whole by their checksum.

    Args:
        folder (str): The folder.
        video_id (str): The video.

    Returns:
        bool: False if they are absent or were damaged. Files without a
        checksum, made elsewhere, are believed if they can be read.
    """
    path, entry = feature_file(folder, video_id), Manifest(folder).entry(
        f'{video_id}.npy')
    if entry is not None:
        return matches(path, entry)
    try:
        return len(open_array(path)) > 0
    except (UnreadableMediaError, TypeError):
        return False
