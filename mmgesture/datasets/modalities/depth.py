"""Depth videos: what a sensor recorded, or what a network estimates."""
import os
import shutil
from dataclasses import dataclass, field
from typing import Iterator, Optional

import numpy as np

from mmgesture.fileio import atomic_path
from ..media_errors import UnreadableMediaError
from ..video import open_video
from ..video_reader import reduced_size
from .depth_model import load_model
from .taylor import grey_frames
from .video_out import frame_blocks, write_video

__all__ = ['EstimatedDepth', 'SensorDepth', 'depth_pictures', 'invert_depth']


def invert_depth(depth: np.ndarray) -> np.ndarray:
    """Near becomes bright, as networks that estimate disparity have it.

    Args:
        depth (np.ndarray): Grey depth, uint8; 0 is "not measured".

    Returns:
        np.ndarray: ``256 - depth``; 0 stays 0.
    """
    return (256 - depth.astype(np.int16)).astype(np.uint8)  # 256 wraps to 0


def depth_pictures(depth: np.ndarray) -> np.ndarray:
    """Estimated depth as grey pictures, scaled over the whole clip.

    Args:
        depth (np.ndarray): Any unit, shape (N, H, W), float.

    Returns:
        np.ndarray: Shape (N, H, W), uint8: the smallest value is 0, the
        largest 255; a flat clip is 0.

    Raises:
        ValueError: If a value is not finite.
    """
    if not np.isfinite(depth).all():
        raise ValueError('expected finite depths, got NaN or infinity')
    low, high = float(depth.min()), float(depth.max())
    scale = 255 / (high - low) if high > low else 0.
    return np.rint((depth - low) * scale).astype(np.uint8)


@dataclass(frozen=True)
class SensorDepth:
    """The depth video that was recorded beside the colour video.

    SMG's Kinect and mini-SMG have one; far is bright, 0 is not measured.
    Where nothing is to be changed the file is copied, byte for byte.

    Args:
        invert (bool): Near bright, as :class:`EstimatedDepth` has it.
            Defaults to False.
        short_side (int, optional): Shrink to this. Defaults to 256.
        crf (int): Quality of x264, where encoded anew. Defaults to 12.
    """

    invert: bool = False
    short_side: Optional[int] = 256
    crf: int = 12
    modality: str = field(default='depth', init=False)
    field: str = field(default='depth', init=False)

    def __call__(self, source: str, target: str) -> int:
        """Bring one depth video over.

        Args:
            source (str): The sensor's video.
            target (str): Where it goes.

        Returns:
            int: Frames.

        Raises:
            UnreadableMediaError: If a frame cannot be decoded.
        """
        with open_video(source) as reader:
            size = reduced_size(*reader.shape, self.short_side)
            same = os.path.splitext(source)[1] == os.path.splitext(target)[1]
            if same and not self.invert and size == tuple(reader.shape):
                with atomic_path(target) as temporary:
                    shutil.copyfile(source, temporary)
                return len(reader)
            return write_video(target, self._pictures(reader),
                               reader.timestamps, reader.fps, self.crf,
                               'yuv420p')

    def _pictures(self, reader) -> Iterator[np.ndarray]:
        for _, frames in frame_blocks(reader, 0, self.short_side):
            grey = grey_frames(frames)
            yield from invert_depth(grey) if self.invert else grey


@dataclass(frozen=True)
class EstimatedDepth:
    """Video-Depth-Anything (Chen et al., CVPR 2025) from local files.

    Near is bright (the network gives relative disparity), scaled over the
    whole file. All frames are in memory at a time, hence ``max_frames``.

    Args:
        repository (str): A checkout of Video-Depth-Anything.
        weights (str): For instance ``video_depth_anything_vits.pth``.
        encoder (str): 'vits', 'vitb' or 'vitl'. Defaults to 'vits'.
        input_size (int): Short side that the network sees. Defaults to 518.
        device (str): Where to compute. Defaults to 'cpu'.
        max_frames (int): Longest file. Defaults to 2000.
        short_side (int, optional): Shrink frames before. Defaults to 256.
        crf (int): Quality of x264. Defaults to 12.
    """

    repository: str
    weights: str
    encoder: str = 'vits'
    input_size: int = 518
    device: str = 'cpu'
    max_frames: int = 2000
    short_side: Optional[int] = 256
    crf: int = 12
    modality: str = field(default='depth', init=False)
    field: str = field(default='video', init=False)

    def __call__(self, source: str, target: str) -> int:
        """Estimate the depth of one video.

        Args:
            source (str): The video.
            target (str): The depth video.

        Returns:
            int: Frames.

        Raises:
            UnreadableMediaError: If the video is unreadable or too long.
            ImportError: If the repository cannot be imported.
        """
        with open_video(source) as reader:
            if len(reader) > self.max_frames:
                raise UnreadableMediaError(
                    source, f'expected at most {self.max_frames} frames, got '
                    f'{len(reader)}: cut clips with '
                    'tools/data/extract_clips.py first, or raise the limit')
            frames = reader.get_frames(range(len(reader)), self.short_side)
            times, fps = reader.timestamps, reader.fps
        model = load_model(self.repository, self.weights, self.encoder,
                           self.device)
        depth, _ = model.infer_video_depth(
            frames, fps, input_size=self.input_size, device=self.device)
        return write_video(target, depth_pictures(np.asarray(depth)), times,
                           fps, self.crf, 'yuv420p')
