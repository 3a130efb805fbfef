"""A skeleton clip as input of a graph network or of MMN."""
from typing import Dict

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from .format import PackGestureInputs

__all__ = ['FormatSkeletonInput', 'PackSkeletonInputs']


@TRANSFORMS.register_module()
class FormatSkeletonInput(BaseTransform):
    """Fix the number of persons and add the time as a channel.

    Of more persons than wanted, those with the largest mean score stay (the
    first ones without scores); fewer are filled up with zeros.

    Required Keys:

    - keypoint: shape (M', N * T, V, C), N clips one after the other
    - keypoint_score (optional): shape (M', N * T, V)
    - index_t: shape (N * T,), if ``with_time``
    - num_clips (optional): N; 1 without it

    Modified Keys:

    - keypoint: shape (N, M, T, V, C [+ 1] [+ 1]), float32; the score comes
      after the coordinates, the time at last

    Args:
        num_persons (int): Persons M. Defaults to 1.
        with_time (bool): Add the time of the frame to every joint, as MMN
            wants it; MMAction2's networks do not. Defaults to True.
        with_score (bool): Add the score of the joint. Defaults to False.

    Raises:
        ValueError: If ``num_persons`` is not positive.
    """

    def __init__(self,
                 num_persons: int = 1,
                 with_time: bool = True,
                 with_score: bool = False) -> None:
        if num_persons < 1:
            raise ValueError(
                f'num_persons expected 1 or more, got {num_persons}')
        self.num_persons = num_persons
        self.with_time = with_time
        self.with_score = with_score

    def transform(self, results: Dict) -> Dict:
        """Format.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the new ``keypoint``.

        Raises:
            ValueError: If the time or the score is wanted and absent.
        """
        for wanted, key, maker in ((self.with_time, 'index_t',
                                    'SampleSkeletonFrames'),
                                   (self.with_score, 'keypoint_score',
                                    'a reader of scores')):
            if wanted and results.get(key) is None:
                raise ValueError(f'FormatSkeletonInput expected {key!r}, '
                                 f'which {maker} makes')
        keypoint = np.asarray(results['keypoint'], dtype=np.float32)
        score = results.get('keypoint_score')
        parts = [keypoint]
        if self.with_score:
            parts.append(np.asarray(score, dtype=np.float32)[..., None])
        data = np.concatenate(parts, axis=-1)  # (M', T, V, c)
        if len(data) > self.num_persons and score is not None:
            # stable: the earlier one of two equals
            best = np.argsort(-score.mean(axis=(1, 2)), kind='stable')
            data = data[np.sort(best[:self.num_persons])]
        data = data[:self.num_persons]
        absent = self.num_persons - len(data)
        data = np.pad(data, ((0, absent), (0, 0), (0, 0), (0, 0)))
        if self.with_time:
            time = np.asarray(results['index_t'], dtype=np.float32)
            # (T,) -> (M, T, V, 1)
            time = np.broadcast_to(time[:, None, None],
                                   data.shape[:3] + (1, ))
            data = np.concatenate((data, time), axis=-1)
        clips = results.setdefault('num_clips', 1)
        # (M, N * T, V, c) -> (M, N, T, V, c) -> (N, M, T, V, c)
        data = data.reshape(len(data), clips, -1, *data.shape[2:])
        results['keypoint'] = np.ascontiguousarray(data.swapaxes(0, 1))
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(num_persons={self.num_persons}, '
                f'with_time={self.with_time}, with_score={self.with_score})')


@TRANSFORMS.register_module()
class PackSkeletonInputs(PackGestureInputs):
    """Pack joints, and the identity of a sample, as PackGestureInputs does.

    Required Keys:

    - keypoint: shape (num_clips, M, T, V, C), float32
    - sample_id
    - filename (optional)
    - keypoints (optional): file of the joints, the sample's ``video`` where
      there is none
    - label (int, optional)

    Args:
        meta_keys (Sequence[str]): Further keys to keep in the metainfo if
            they are there. Defaults to ('subject', 'split', 'fps').
    """

    def transform(self, results: Dict) -> Dict:
        """Pack.

        Args:
            results (dict): See the class.

        Returns:
            dict: ``inputs`` (Tensor): shape (num_clips, M, T, V, C),
            float32; ``data_samples`` (ActionDataSample).
        """
        filename = results.get('filename') or results.get('keypoints')
        return super().transform(
            dict(results, imgs=results['keypoint'], filename=filename))
