"""Streams of a skeleton: joints, bones, their motion; and joints by part."""
from typing import Dict, Optional, Sequence

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from mmgesture.structures.skeleton import SkeletonLayout, get_layout

__all__ = [
    'STREAMS', 'ReorderJoints', 'SkeletonStream', 'layout_of', 'motion_of',
    'overwritten_bones', 'tree_bones'
]

#: Streams that a skeleton can be seen as.
STREAMS = ('joint', 'bone', 'joint-motion', 'bone-motion')


def tree_bones(keypoint: np.ndarray, parents: Sequence[int]) -> np.ndarray:
    """Vector from the parent to every joint.

    Args:
        keypoint (np.ndarray): Shape (..., V, C).
        parents (Sequence[int]): Of each joint; a root is its own parent, and
            its bone is 0.

    Returns:
        np.ndarray: The same shape.
    """
    return keypoint - keypoint[..., list(parents), :]


def overwritten_bones(keypoint: np.ndarray, edges) -> np.ndarray:
    """Bones as MMN's code keeps them: one for each joint where edges start.

    Of several edges that start at a joint only the last one stays, and
    joints where none starts get 0: 10 of iMiGUE's 22 joints have a bone. The
    direction, start minus end, is our reading.

    Args:
        keypoint (np.ndarray): Shape (..., V, C).
        edges (Sequence[tuple[int, int]]): Edges, the start first.

    Returns:
        np.ndarray: The same shape.
    """
    bones = np.zeros_like(keypoint)
    for start, end in edges:
        bones[..., start, :] = keypoint[..., start, :] - keypoint[..., end, :]
    return bones


def motion_of(keypoint: np.ndarray, num_clips: int = 1) -> np.ndarray:
    """Difference to the next frame of the clip; 0 at its last one.

    Args:
        keypoint (np.ndarray): Shape (M, N * T, V, C), N clips one after the
            other.
        num_clips (int): N. Defaults to 1.

    Returns:
        np.ndarray: The same shape.
    """
    # (M, N * T, V, C) -> (M, N, T, V, C)
    clips = keypoint.reshape(len(keypoint), num_clips, -1,
                             *keypoint.shape[2:])
    motion = np.zeros_like(clips)
    motion[:, :, :-1] = clips[:, :, 1:] - clips[:, :, :-1]
    return motion.reshape(keypoint.shape)


def layout_of(results: Dict, named: Optional[str], num: int,
               who: str) -> SkeletonLayout:
    """The layout of a clip, which must have its number of joints.

    Args:
        results (dict): The sample.
        named (str, optional): Name of the layout; None: that of the sample.
        num (int): Joints of the clip.
        who (str): Name of the transform, for messages.

    Returns:
        SkeletonLayout: The layout.

    Raises:
        ValueError: If it is not known, has another number of joints, or the
            joints were reordered.
    """
    if results.get('joint_order') is not None:
        raise ValueError(f'{who} expected joints in the order of the layout, '
                         'but they were reordered: put ReorderJoints after it')
    name = named or results.get('layout')
    if name is None:
        raise ValueError(f'{who} expected a layout: give layout=..., or write '
                         'keypoint_layout into the header of the annotation '
                         'file')
    layout = get_layout(name)
    if num != len(layout.joints):
        raise ValueError(
            f'{who} expected the {len(layout.joints)} joints of layout '
            f'{name!r}, got {num} in {results.get("sample_id")}')
    return layout


@TRANSFORMS.register_module()
class SkeletonStream(BaseTransform):
    """Turn joints into another stream.

    Every joint but the centre has a bone, the vector from its parent in the
    layout's tree. ``bones='official'`` does as MMN's released code, where
    the edges of a joint overwrite each other, for its weights of bones only.
    Which ones stay depends on the order of the edges: that of imigue-22 is
    the code's, for another layout ``edges`` must be given.

    Required Keys:

    - keypoint: shape (M, T, V, C), in the order of the layout
    - layout (optional)
    - num_clips (optional): clips that the frames are, one after the other

    Modified Keys:

    - keypoint

    Args:
        stream (str): ``'joint'``, ``'bone'``, ``'joint-motion'`` or
            ``'bone-motion'``. Defaults to ``'joint'``.
        layout (str, optional): Name of the layout; None: that of the clip.
            Defaults to None.
        bones (str): ``'tree'`` or ``'official'``. Defaults to ``'tree'``.
        edges (Sequence[Sequence[int]], optional): For ``'official'``: edges
            in the order of the code, the start first. Defaults to None,
            those of the layout.

    Raises:
        ValueError: If an option is unknown.
    """

    def __init__(self,
                 stream: str = 'joint',
                 layout: Optional[str] = None,
                 bones: str = 'tree',
                 edges: Optional[Sequence[Sequence[int]]] = None) -> None:
        if stream not in STREAMS:
            raise ValueError(
                f'stream expected one of {STREAMS}, got {stream!r}')
        if bones not in ('tree', 'official'):
            raise ValueError(
                f"bones expected 'tree' or 'official', got {bones!r}")
        self.stream = stream
        self.layout = layout
        self.bones = bones
        self.edges = edges

    def transform(self, results: Dict) -> Dict:
        """Convert.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the stream as ``keypoint``.

        Raises:
            ValueError: If the layout is not known or does not fit.
        """
        keypoint = results['keypoint']
        if self.stream.startswith('bone'):
            layout = layout_of(results, self.layout, keypoint.shape[2],
                                'SkeletonStream')
            if self.bones == 'tree':
                keypoint = tree_bones(keypoint, layout.parents)
            elif self.edges is None and layout.name != 'imigue-22':
                raise ValueError(
                    "SkeletonStream(bones='official') expected edges=... for "
                    f'layout {layout.name!r}: only the order of those of '
                    "imigue-22 is known to be the code's")
            else:
                keypoint = overwritten_bones(keypoint, self.edges
                                             or layout.edges)
        if self.stream.endswith('motion'):
            keypoint = motion_of(keypoint, results.get('num_clips', 1))
        results['keypoint'] = keypoint
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(stream={self.stream!r}, '
                f'layout={self.layout!r}, bones={self.bones!r}, '
                f'edges={self.edges})')


@TRANSFORMS.register_module()
class ReorderJoints(BaseTransform):
    """Put the joints of each part of the body side by side.

    MMN's weights know joints by their place, so that its official ones need
    the order of its code, which is that of the layouts' parts.

    Required Keys:

    - keypoint: shape (M, T, V, C)
    - keypoint_score (optional)
    - layout (optional)

    Modified Keys:

    - keypoint
    - keypoint_score

    Added Keys:

    - joint_order: joint of the layout at each place, tuple of int

    Args:
        layout (str, optional): Name of the layout; None: that of the clip.
            Defaults to None.
        order (Sequence[int], optional): Joints in the order wanted; None:
            the layout's parts. Defaults to None.

    Raises:
        ValueError: If ``order`` is no permutation.
    """

    def __init__(self,
                 layout: Optional[str] = None,
                 order: Optional[Sequence[int]] = None) -> None:
        if order is not None and sorted(order) != list(range(len(order))):
            raise ValueError('order expected every joint once, from 0, got '
                             f'{order}')
        self.layout = layout
        self.order = None if order is None else tuple(order)

    def transform(self, results: Dict) -> Dict:
        """Reorder.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the joints in the new order.

        Raises:
            ValueError: If the order does not fit the clip.
        """
        number = results['keypoint'].shape[2]
        order = self.order
        if order is None:
            order = layout_of(results, self.layout, number,
                               'ReorderJoints').part_order
        elif len(order) != number:
            raise ValueError(f'ReorderJoints expected {len(order)} joints, '
                             f'got {number} in {results.get("sample_id")}')
        index = list(order)
        results['keypoint'] = results['keypoint'][:, :, index]
        if 'keypoint_score' in results:
            results['keypoint_score'] = results['keypoint_score'][:, :, index]
        results['joint_order'] = tuple(order)
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(layout={self.layout!r}, '
                f'order={self.order})')
