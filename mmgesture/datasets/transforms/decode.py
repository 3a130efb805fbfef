"""Opening and decoding videos inside the worker."""
from typing import Dict, Optional, Sequence

from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from ..media_errors import UnreadableMediaError
from ..video import BACKENDS, BlankReader, open_video


@TRANSFORMS.register_module()
class OpenVideo(BaseTransform):
    """Open a video file, or black frames in place of an unreadable one.

    Required Keys:

    - filename
    - end (int, optional)
    - unreadable (bool, optional)

    Added Keys:

    - video_reader
    - total_frames
    - fps
    - original_shape
    - unreadable

    Args:
        backend (str): 'auto', 'decord' or 'pyav'. Defaults to 'auto'.
        num_threads (int): Decoding threads; keep 1 inside of workers.
            Defaults to 1.
        blank_shape (Sequence[int]): Height and width of the black frames.
            Defaults to (240, 320).
    """

    def __init__(self,
                 backend: str = 'auto',
                 num_threads: int = 1,
                 blank_shape: Sequence[int] = (240, 320)) -> None:
        if backend not in BACKENDS:
            raise ValueError(f'expected backend to be one of {BACKENDS}, got '
                             f'{backend!r}')
        self.backend = backend
        self.num_threads = num_threads
        self.blank_shape = tuple(blank_shape)

    def transform(self, results: Dict) -> Dict:
        """Open the file.

        Args:
            results (dict): Needs ``filename``.

        Returns:
            dict: With the reader and what it knows.

        Raises:
            UnreadableMediaError: If the file is not a readable video.
        """
        results.setdefault('unreadable', False)
        path = results['filename']
        if results['unreadable']:
            reader = BlankReader(path, results.get('end') or 1,
                                 self.blank_shape)
        elif path is None:
            raise UnreadableMediaError(
                str(results.get('sample_id')),
                'the record names no video, only keypoints')
        else:
            reader = open_video(path, self.backend, self.num_threads)
        results['video_reader'] = reader
        results['total_frames'] = len(reader)
        results['fps'] = reader.fps
        results['original_shape'] = tuple(reader.shape)
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(backend={self.backend!r}, '
                f'num_threads={self.num_threads}, '
                f'blank_shape={self.blank_shape})')


@TRANSFORMS.register_module()
class DecodeVideo(BaseTransform):
    """Decode the sampled frames and close the file.

    Required Keys:

    - video_reader
    - frame_inds

    Added Keys:

    - imgs
    - original_shape
    - img_shape
    - modality

    Removed Keys:

    - video_reader

    Args:
        short_side (int, optional): Shrink frames to this short side while
            they are decoded, which spares memory and the later resize;
            never enlarges. Defaults to None.
    """

    def __init__(self, short_side: Optional[int] = None) -> None:
        if short_side is not None and short_side < 1:
            raise ValueError('expected short_side to be None or positive, '
                             f'got {short_side}')
        self.short_side = short_side

    def transform(self, results: Dict) -> Dict:
        """Decode.

        Args:
            results (dict): Needs ``video_reader`` and ``frame_inds``.

        Returns:
            dict: With ``imgs``, a list of RGB frames (H, W, 3), uint8, in
            the order of ``frame_inds``.

        Raises:
            UnreadableMediaError: If a frame cannot be decoded.
        """
        reader = results.pop('video_reader')
        try:
            frames = reader.get_frames(results['frame_inds'], self.short_side)
        finally:
            reader.close()
        results['imgs'] = list(frames)  # (N, H, W, 3) -> N x (H, W, 3)
        results['original_shape'] = tuple(reader.shape)
        results['img_shape'] = tuple(frames.shape[1:3])
        results['modality'] = 'RGB'  # MMAction2's Flip reads it
        return results

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}(short_side={self.short_side})'
