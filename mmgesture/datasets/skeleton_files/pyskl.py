"""The pickles of PYSKL and of MMAction2's PoseDataset.

One file for a whole set: ``dict(split={name: [frame_dir, ...]},
annotations=[dict(frame_dir, label, total_frames, img_shape, keypoint (M, T,
V, C), keypoint_score (M, T, V)), ...])``, or the list of annotations alone.
They are read without running what a pickle may ask for: numpy arrays and
plain types only.

Not read: the compressed Kinetics form, whose ``keypoint`` lies in another
file.
"""
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from ..media_errors import UnreadableMediaError
from ..plain_pickle import load_plain_pickle
from .clip import SkeletonClip, make_clip


@dataclass(frozen=True)
class PysklSample:
    """One annotation of a pickle.

    Attributes:
        name (str): Its ``frame_dir``.
        label (int, optional): 0-based; None: it has none.
        clip (SkeletonClip): Its joints; the layout is not in the file.
    """

    name: str
    label: Optional[int]
    clip: SkeletonClip


@dataclass(frozen=True)
class PysklFile:
    """A whole pickle.

    Attributes:
        samples (List[PysklSample]): In the file's order.
        splits (Dict[str, List[str]]): Names of samples by split; empty if
            the file has none.
        problems (List[str]): Annotations that could not be understood, each
            with its place and name; they are not among the samples.
    """

    samples: List[PysklSample]
    splits: Dict[str, List[str]] = field(default_factory=dict)
    problems: List[str] = field(default_factory=list)


def read_pyskl(path: str) -> PysklFile:
    """Read a pickle.

    Args:
        path (str): The ``.pkl``.

    Returns:
        PysklFile: Samples, splits, and what is wrong.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no such pickle, or asks for more than numpy
            arrays and plain types.
    """
    content = load_plain_pickle(path)
    splits: Dict[str, List[str]] = {}
    if isinstance(content, dict):
        if not isinstance(content.get('annotations'), (list, tuple)):
            raise ValueError(
                f'{path}: expected the keys "split" and "annotations", got '
                f'{sorted(map(str, content))[:6]}')
        splits = _splits(path, content.get('split'))
        content = content['annotations']
    if not isinstance(content, (list, tuple)):
        raise ValueError(f'{path}: expected dict(split, annotations) or a '
                         f'list of annotations, got '
                         f'{type(content).__name__}')
    samples: List[PysklSample] = []
    problems: List[str] = []
    seen: Dict[str, int] = {}
    for number, annotation in enumerate(content):
        try:
            sample = _sample(annotation)
            first = seen.setdefault(sample.name, number)
            if first != number:
                raise ValueError('expected distinct frame_dir, annotation '
                                 f'{first} has the same')
            samples.append(sample)
        except (ValueError, TypeError, OverflowError, AttributeError,
                UnreadableMediaError) as error:
            name = annotation.get('frame_dir') if isinstance(
                annotation, dict) else type(annotation).__name__
            # an error of the clip begins with the name that it was given
            text = error.reason if isinstance(
                error, UnreadableMediaError) else str(error)
            problems.append(f'{path} annotation {number} ({name}): {text}')
    return PysklFile(samples, splits, problems)


def _splits(path: str, found: Any) -> Dict[str, List[str]]:
    if found is None:
        return {}
    try:
        return {
            str(name): [str(sample) for sample in samples]
            for name, samples in found.items()
            if not isinstance(samples, (str, bytes))
        }
    except (AttributeError, TypeError) as error:
        raise ValueError(f'{path}: expected "split" to be {{name: [frame_dir,'
                         f' ...]}}, got {str(found)[:60]}') from error


def _sample(annotation: Any) -> PysklSample:
    """Raises ValueError, TypeError or UnreadableMediaError."""
    if not isinstance(annotation, dict) or 'frame_dir' not in annotation:
        raise ValueError('expected a dict with frame_dir, keypoint, label')
    name = str(annotation['frame_dir'])
    if 'keypoint' not in annotation:
        kind = ' (the compressed form of Kinetics is not read)' \
            if 'frame_inds' in annotation or 'raw_file' in annotation else ''
        raise ValueError(f'expected an array keypoint, it has none{kind}')
    if getattr(annotation['keypoint'], 'ndim', None) != 4:
        raise ValueError(
            'expected keypoint of shape (M, T, V, C), got '
            f'{getattr(annotation["keypoint"], "shape", "no array")}')
    clip = make_clip(name, annotation['keypoint'],
                     annotation.get('keypoint_score'),
                     img_shape=_img_shape(annotation.get('img_shape')))
    total = annotation.get('total_frames', clip.keypoint.shape[1])
    if total != clip.keypoint.shape[1]:
        raise ValueError(f'total_frames is {total}, keypoint has '
                         f'{clip.keypoint.shape[1]} frames')
    label = annotation.get('label')
    if label is not None and int(label) != label:
        raise ValueError(f'expected a whole number as label, got {label!r}')
    return PysklSample(name, None if label is None else int(label), clip)


def _img_shape(found: Any) -> Optional[tuple]:
    if found is None:
        return None
    height, width = (int(x) for x in found)
    return height, width
