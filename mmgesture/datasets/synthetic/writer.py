"""One drawn recording in SMG's layout on disk."""
import csv
import json
from fractions import Fraction

import av
import numpy as np

from mmgesture.fileio import atomic_path, atomic_write

from .body import KINECT_JOINTS, bone_quaternions

RECIPE = '{}_recipe.json'


class VideoWriter:
    """H.264 (baseline, one thread) with a time stamp per frame.

    Args:
        path (str | Path): The file.
        size (tuple[int, int]): Width and height, even numbers of pixels.
        fps (float): Frames per second.
        crf (int): Quality; smaller is better.
    """

    def __init__(self, path, size, fps, crf=20):
        rate = Fraction(fps).limit_denominator(1001)
        self._container = av.open(str(path), 'w', format='mp4')
        stream = self._container.add_stream('libx264', rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = 'yuv420p'
        stream.time_base = 1 / rate
        # A key frame twice a second keeps random access cheap.
        stream.codec_context.gop_size = max(1, round(fps / 2))
        stream.options = {'preset': 'ultrafast', 'profile': 'baseline',
                          'crf': str(crf), 'threads': '1'}
        self._stream, self._time, self._next = stream, 1 / rate, 0

    def write(self, picture):
        """Append a frame: uint8, RGB (H, W, 3) or grey (H, W)."""
        kind = 'rgb24' if picture.ndim == 3 else 'gray'
        frame = av.VideoFrame.from_ndarray(picture, format=kind)
        frame.pts, frame.time_base = self._next, self._time
        self._next += 1
        self._container.mux(self._stream.encode(frame))

    def close(self):
        """Write what the encoder still holds and finish the file."""
        self._container.mux(self._stream.encode())
        self._container.close()


def skeleton_rows(renderer, seed, jitter=0.003):
    """The rows of SMG's skeleton file.

    Args:
        renderer (StreamRenderer): The recording.
        seed (int): Seed of the sensor's jitter.
        jitter (float): Standard deviation of the joint positions, metres.

    Returns:
        np.ndarray: Per frame 25 joints with x, y, z in metres (camera frame:
        x right in the picture, y up, z away), quaternion x, y, z, w, pixel
        in the colour picture, pixel in the depth picture; shape (T, 275).
    """
    camera = renderer.scene.camera
    points = camera.to_camera(renderer.figure.joints)
    noise = np.random.default_rng(seed).normal(0, jitter, points.shape)
    points = points + noise
    pixels = camera.project(points)
    # Colour and depth picture are taken by the same camera.
    rows = np.concatenate(
        [points, bone_quaternions(points), pixels, pixels], -1)
    return rows.reshape(len(rows), 11 * len(KINECT_JOINTS))


def write_recording(folder, name, renderer, events, fps, seed, recipe,
                    on_frames=None):
    """Write all files of one recording; the recipe comes last.

    Args:
        folder (Path): Folder of the recording.
        name (str): For instance ``Sample0001``.
        renderer (StreamRenderer): The recording.
        events (Sequence[Event]): Its gestures.
        fps (float): Frames per second.
        seed (int): Seed of the skeleton's jitter.
        recipe (dict): What made it; a later run compares with it.
        on_frames (Callable[[int], None] | None): Called with the number of
            frames written since the last call.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size = renderer.scene.camera.size
    with atomic_path(folder / f'{name}_color.mp4') as colour_path, \
            atomic_path(folder / f'{name}_depth.mp4') as depth_path:
        colour = VideoWriter(colour_path, size, fps)
        depth = VideoWriter(depth_path, size, fps)
        for index in range(len(renderer)):
            picture, distance = renderer.frame(index)
            colour.write(picture)
            depth.write(distance)
            if on_frames and index % 50 == 49:
                on_frames(50)
        colour.close()
        depth.close()
    if on_frames:
        on_frames(len(renderer) % 50)
    with atomic_write(folder / f'{name}_skeleton.csv') as file:
        np.savetxt(file, skeleton_rows(renderer, seed), '%.4f', ',')
    with atomic_write(folder / f'{name}_finelabels.csv', newline='') as file:
        csv.writer(file, lineterminator='\n').writerows(
            (e.label, e.start, e.end) for e in events)
    with atomic_write(folder / f'{name}_data.csv') as file:
        rate = int(fps) if float(fps).is_integer() else fps
        file.write(f'{len(renderer)},{rate},'
                   f'{round(renderer.max_depth * 1000)}\n')
    with atomic_write(folder / RECIPE.format(name)) as file:
        json.dump(recipe, file, indent=1)


def read_recipe(folder, name):
    """The recipe of a finished recording, or None.

    Args:
        folder (Path): Folder of the recording.
        name (str): For instance ``Sample0001``.

    Returns:
        dict | None: None also when the recipe cannot be read.
    """
    try:
        return json.loads((folder / RECIPE.format(name)).read_text('utf-8'))
    except (OSError, ValueError):
        return None
