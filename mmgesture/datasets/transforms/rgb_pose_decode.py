"""Pictures and joints of the same moments, and how a network gets both."""
from typing import Dict, Optional, Sequence

import numpy as np
from mmcv.transforms import BaseTransform, to_tensor

from mmgesture.registry import TRANSFORMS
from ..media_errors import UnreadableMediaError
from ..video import BlankReader, open_video
from .format import PackGestureInputs

__all__ = ['DecodeRGBPose', 'PackRGBPoseInputs']


@TRANSFORMS.register_module()
class DecodeRGBPose(BaseTransform):
    """Decode the sampled pictures and take the sampled joints.

    In place of MMAction2's MMDecode, which needs decord, and scales joints
    by whatever ``img_shape`` happens to say. Here the joints are pixels of
    ``img_shape`` where the skeleton file or LoadKeypoints tells it, and of
    the video otherwise; they are scaled to the pictures that come out.

    A video that ends before its skeleton shows its last frame; one that ends
    before the segment begins is unreadable. With ``unreadable`` set by the
    dataset the pictures are black.

    Required Keys:

    - filename
    - RGB_inds, Pose_inds: as SampleRGBPoseFrames makes them
    - keypoint: shape (M, L, V, 2 or more)
    - keypoint_score: shape (M, L, V)
    - img_shape (optional): (height, width) that the joints are pixels of
    - start (int, optional)
    - unreadable (bool, optional)

    Modified Keys:

    - keypoint: shape (M, T, V, 2), pixels of the pictures, float32
    - keypoint_score: shape (M, T, V)
    - img_shape, original_shape: of the pictures

    Added Keys:

    - imgs: RGB pictures (H, W, 3), uint8
    - fps

    Args:
        short_side (int, optional): Shrink pictures to this short side while
            they are decoded; never enlarges. Defaults to None.
        backend (str): 'auto', 'decord' or 'pyav'. Defaults to 'auto'.
        blank_shape (Sequence[int]): Height and width of black pictures.
            Defaults to (240, 320).
    """

    def __init__(self,
                 short_side: Optional[int] = None,
                 backend: str = 'auto',
                 blank_shape: Sequence[int] = (240, 320)) -> None:
        if short_side is not None and short_side < 1:
            raise ValueError('expected short_side to be None or positive, '
                             f'got {short_side}')
        self.short_side = short_side
        self.backend = backend
        self.blank_shape = tuple(blank_shape)

    def transform(self, results: Dict) -> Dict:
        """Decode.

        Args:
            results (dict): See the class.

        Returns:
            dict: With pictures and joints.

        Raises:
            UnreadableMediaError: If the video is unreadable, absent from the
                annotation, or holds no frame of the segment.
        """
        with self._open(results) as reader:
            start = results.get('start') or 0
            if start >= len(reader):
                raise UnreadableMediaError(
                    reader.path, f'the segment begins at frame {start}, the '
                    f'file has {len(reader)}')
            chosen = np.minimum(results['RGB_inds'], len(reader) - 1)
            frames = reader.get_frames(chosen, self.short_side)
            source, fps = reader.shape, reader.fps
        shape = frames.shape[1:3]
        # pixels of what, (height, width); x first in the joints
        source = results.get('img_shape') or source
        scale = np.array(shape[::-1], np.float32) / source[::-1]
        inds = results['Pose_inds']
        results['keypoint'] = (results['keypoint'][:, inds, :, :2] *
                               scale).astype(np.float32)
        results['keypoint_score'] = results['keypoint_score'][:, inds]
        results['imgs'] = list(frames)
        results['img_shape'] = results['original_shape'] = tuple(shape)
        results['fps'] = fps
        return results

    def _open(self, results: Dict):
        path = results.get('filename')
        if results.get('unreadable'):
            return BlankReader(path, results.get('end') or 1,
                               self.blank_shape)
        if path is None:
            raise UnreadableMediaError(
                str(results.get('sample_id')),
                'the record names no video, only keypoints')
        return open_video(path, self.backend)

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(short_side={self.short_side}, '
                f'backend={self.backend!r}, blank_shape={self.blank_shape})')


@TRANSFORMS.register_module()
class PackRGBPoseInputs(PackGestureInputs):
    """Pack pictures and heat-maps, and the identity of a sample.

    Required Keys:

    - imgs: shape (num_clips, 3, T, H, W), uint8
    - heatmap_imgs: shape (num_clips, V, T', H', W'), float32
    - those of PackGestureInputs

    Args:
        meta_keys (Sequence[str]): Further keys to keep in the metainfo if
            they are there. Defaults to ('subject', 'split', 'fps').
    """

    def transform(self, results: Dict) -> Dict:
        """Pack.

        Args:
            results (dict): See the class.

        Returns:
            dict: ``inputs``: dict of the two Tensors ``imgs`` and
            ``heatmap_imgs``; ``data_samples`` (ActionDataSample).
        """
        packed = super().transform(results)
        packed['inputs'] = dict(
            imgs=packed['inputs'],
            heatmap_imgs=to_tensor(results['heatmap_imgs']))
        return packed
