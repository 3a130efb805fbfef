"""Pictures that move, encoded as a camera would."""
from fractions import Fraction
from pathlib import Path
from typing import Iterator, Tuple

import av
import cv2
import numpy as np
from common import console
from rich.progress import track


def pictures(frames: int, size: Tuple[int, int]) -> Iterator[np.ndarray]:
    """A textured room, three textured things that sway, a camera's grain.

    Args:
        frames (int): How many.
        size (tuple[int, int]): Height and width.

    Yields:
        np.ndarray: (H, W, 3), uint8.
    """
    generator = np.random.default_rng(0)

    def texture(cells: int) -> np.ndarray:
        coarse = generator.normal(128, 40, (cells, cells * 2, 3))
        fine = generator.normal(0, 6, (size[0] // 4, size[1] // 4, 3))
        return sum(
            cv2.resize(part, size[::-1], interpolation=cv2.INTER_CUBIC)
            for part in (coarse, fine)).clip(0, 255).astype(np.uint8)

    room = texture(12)
    things = [texture(20) for _ in range(3)]
    grain = [generator.normal(0, 3, (*size, 3)) for _ in range(5)]
    grain = [noise.round().astype(np.int16) for noise in grain]
    for number in range(frames):
        frame = room.copy()
        for index, thing in enumerate(things):
            phase = number / (11 + 6 * index) + index
            shift = size[0] * .12 * np.array([np.sin(phase), np.cos(phase)])
            move = cv2.getRotationMatrix2D(
                (size[1] / 2, size[0] / 2), 8 * np.sin(phase), 1)
            move[:, 2] += shift
            shape = np.zeros(size, np.uint8)
            centre = (size[1] * (index + 1) // 4, size[0] // 2)
            axes = (size[0] // 9, size[0] // 3)
            cv2.ellipse(shape, centre, axes, 20 * index, 0, 360, 255, -1)
            shape = cv2.warpAffine(shape, move, size[::-1])
            cv2.copyTo(cv2.warpAffine(thing, move, size[::-1]), shape, frame)
        # a few grains, shifted at random: drawing each anew takes long
        noise = np.roll(grain[number % 5], generator.integers(size[0]), 0)
        yield (frame + noise).clip(0, 255).astype(np.uint8)


def draw_video(path: Path, frames: int, size: Tuple[int, int],
               fps: int = 30) -> None:
    """Encode moving pictures with B-frames and a key frame every 2 s.

    Args:
        path (Path): The file.
        frames (int): How many.
        size (tuple[int, int]): Height and width, even.
        fps (int): Frames per second. Defaults to 30.
    """
    with av.open(str(path), 'w') as container:
        stream = container.add_stream('libx264', rate=Fraction(fps))
        stream.height, stream.width = size
        stream.pix_fmt = 'yuv420p'
        stream.options = dict(preset='medium', crf='20', g=str(2 * fps))
        for image in track(
                pictures(frames, size),
                'drawing',
                frames,
                console=console,
                transient=True):
            shown = av.VideoFrame.from_ndarray(image, format='rgb24')
            for packet in stream.encode(shown):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
