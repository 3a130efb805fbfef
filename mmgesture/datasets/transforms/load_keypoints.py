"""Reading the skeleton of a sample inside the worker."""
from typing import Dict, Optional, Sequence

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from mmgesture.structures.skeleton import (get_layout, joint_indices,
                                           layout_names)
from ..media_errors import UnreadableMediaError
from ..skeleton_files import SkeletonClip, fill_gaps, read_skeleton
from ..skeleton_files.clip import INTERPOLATE

NO_PERSON = ('unreadable', 'keep')


@TRANSFORMS.register_module()
class LoadKeypoints(BaseTransform):
    """Load the frames ``[start, end)`` of a skeleton file.

    What follows sees the clip alone: ``total_frames`` is its length, and
    frame 0 its first frame. ``start`` and ``end`` stay as they were, for
    transforms that read the video of the same sample. An end beyond the file
    is clamped to it.

    Handling of what is wrong with a file:

    - absent, broken, of another form, no frame of the segment, no skeleton
      file named: :class:`UnreadableMediaError` with its name (training skips
      and counts the sample, a test keeps its row, see GestureDataset).
    - another number of joints than the layout has, or another number of
      coordinates than ``dims``: ValueError at once, because then the
      settings do not fit the set.
    - NaN: interpolated over time, see
      :func:`mmgesture.datasets.skeleton_files.fill_gaps`; the score of such
      a joint is 0.
    - nobody seen in any frame: ``no_person``.
    - ``unreadable`` set by the dataset: zeros with score 0, as many frames
      as the annotated segment has.

    Required Keys:

    - keypoints: the file
    - start (int, optional)
    - end (int, optional)
    - unreadable (bool, optional)

    Added Keys:

    - keypoint: (M, T, V, C), float32, finite
    - keypoint_score: (M, T, V), float32
    - total_frames, start_index (0), modality ('Pose'), layout
    - img_shape, original_shape: (height, width), where they are known
    - unreadable

    Args:
        layout (str): Layout that the model takes.
        file_layout (str, optional): Layout of the files, if it is another
            one that ``layout`` is cut out of. Defaults to None: the one that
            the file names, else ``layout``.
        dims (int): Coordinates of a joint; SMG's tables have 2 (pixels) and
            3 (metres). Defaults to 2.
        interpolate (str): 'nan': joints without coordinates; 'unseen': also
            those with score 0, which OpenPose puts into the corner of the
            picture. Defaults to 'nan'.
        no_person (str): A clip in which nobody is seen is 'unreadable', or
            'keep': goes on with score 0. Defaults to 'unreadable'.
        img_shape (Sequence[int], optional): Height and width for files that
            do not tell; MMAction2's PoseCompact, PreNormalize2D and
            heat-maps need them. Defaults to None.
    """

    def __init__(self,
                 layout: str,
                 file_layout: Optional[str] = None,
                 dims: int = 2,
                 interpolate: str = 'nan',
                 no_person: str = 'unreadable',
                 img_shape: Optional[Sequence[int]] = None) -> None:
        if dims not in (2, 3):
            raise ValueError(f'expected dims 2 or 3, got {dims!r}')
        if interpolate not in INTERPOLATE or no_person not in NO_PERSON:
            raise ValueError(
                f'expected interpolate in {INTERPOLATE} and no_person in '
                f'{NO_PERSON}, got {interpolate!r} and {no_person!r}')
        self.layout = get_layout(layout).name
        if file_layout is not None:
            joint_indices(file_layout, layout)  # complain now, not in workers
        self.file_layout = file_layout
        self.dims = dims
        self.interpolate = interpolate
        self.no_person = no_person
        self.img_shape = None if img_shape is None else tuple(img_shape)

    def transform(self, results: Dict) -> Dict:
        """Load.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the skeleton.

        Raises:
            UnreadableMediaError: See the class.
            ValueError: If the settings do not fit the file.
        """
        results.setdefault('unreadable', False)
        path = results.get('keypoints')
        if results['unreadable']:
            clip = self._blank(results)
        elif path is None:
            raise UnreadableMediaError(
                str(results.get('sample_id')),
                'expected a skeleton file, the annotation has no '
                '"keypoints"')
        else:
            clip = read_skeleton(path, results.get('start'),
                                 results.get('end'), self.dims)
            clip = self._fit(path, clip)
            if not clip.seen and self.no_person == 'unreadable':
                raise UnreadableMediaError(
                    path, 'nobody is seen in the frames '
                    f'[{results.get("start")}, {results.get("end")})')
            clip = fill_gaps(clip, self.interpolate)
        results['keypoint'] = clip.keypoint
        results['keypoint_score'] = clip.score
        results['total_frames'] = clip.keypoint.shape[1]
        results['start_index'] = 0
        results['modality'] = 'Pose'
        results['layout'] = self.layout
        shape = clip.img_shape or results.get('img_shape') or self.img_shape
        if shape is not None:
            results['img_shape'] = tuple(shape)
            results.setdefault('original_shape', tuple(shape))
        return results

    def _fit(self, path: str, clip: SkeletonClip) -> SkeletonClip:
        """Check joints and coordinates, and take those of the layout."""
        if self.file_layout and clip.layout not in (None, self.file_layout):
            raise ValueError(f'{path}: expected the layout '
                             f'{self.file_layout!r} (file_layout), the file '
                             f'says {clip.layout!r}')
        source = self.file_layout or clip.layout or self.layout
        expected = get_layout(source).num_joints
        joints, dims = clip.keypoint.shape[2:]
        if joints != expected:
            fitting = [n for n in layout_names()
                       if get_layout(n).num_joints == joints]
            raise ValueError(
                f'{path}: expected {expected} joints ({source}), got '
                f'{joints}{f", as {fitting[0]} has" if fitting else ""}: '
                'set layout, or file_layout if it has to be converted')
        if dims != self.dims:
            raise ValueError(f'{path}: expected {self.dims} coordinates per '
                             f'joint (dims), got {dims}')
        if source == self.layout:
            return clip
        try:
            index = joint_indices(source, self.layout)
        except ValueError as error:
            raise ValueError(f'{path}: {error}') from error
        return SkeletonClip(clip.keypoint[:, :, index],
                            clip.score[:, :, index], self.layout,
                            clip.img_shape)

    def _blank(self, results: Dict) -> SkeletonClip:
        start, end = results.get('start'), results.get('end')
        frames = 1 if start is None or end is None else max(1, end - start)
        joints = get_layout(self.layout).num_joints
        return SkeletonClip(
            np.zeros((1, frames, joints, self.dims), np.float32),
            np.zeros((1, frames, joints), np.float32), self.layout)

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(layout={self.layout!r}, '
                f'file_layout={self.file_layout!r}, dims={self.dims}, '
                f'interpolate={self.interpolate!r}, '
                f'no_person={self.no_person!r}, '
                f'img_shape={self.img_shape})')
