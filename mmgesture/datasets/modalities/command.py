"""A modality by a program of somebody else, run on every file."""
import os
import shlex
import subprocess
import tempfile
from dataclasses import dataclass, field
from typing import Iterator

import numpy as np

from ..media_errors import UnreadableMediaError
from ..video import open_video
from .video_out import frame_blocks, write_video

__all__ = ['CommandConverter']


@dataclass(frozen=True)
class CommandConverter:
    """Let an external command turn one video into another.

    For flow and depth estimators that live in an environment of their own,
    such as MemFlow. The command reads ``{input}`` and writes a video to
    ``{output}`` with as many frames, or one less: then the last one is
    repeated. What it wrote is encoded again with the time stamps of the
    source. There is no shell: pipes and wildcards need a script.

    Args:
        command (str): Command line with ``{input}`` and ``{output}``.
        modality (str): 'flow' or 'depth'.
        suffix (str): Of the command's output file. Defaults to '.mp4'.
        crf (int): Quality of x264. Defaults to 12.
        pix_fmt (str): Pixel format. Defaults to 'yuv444p'.
    """

    command: str
    modality: str
    suffix: str = '.mp4'
    crf: int = 12
    pix_fmt: str = 'yuv444p'
    field: str = field(default='video', init=False)

    def __post_init__(self) -> None:
        for place in ('{input}', '{output}'):
            if place not in self.command:
                raise ValueError(f'expected a command with {{input}} and '
                                 f'{{output}}, got {self.command!r}')

    def __call__(self, source: str, target: str) -> int:
        """Run the command on a file.

        Args:
            source (str): The video.
            target (str): The video of the modality.

        Returns:
            int: Frames.

        Raises:
            FileNotFoundError: If there is no such program.
            UnreadableMediaError: If it fails, or its output is unreadable
                or has another number of frames.
        """
        with tempfile.TemporaryDirectory() as folder:
            made = os.path.join(folder, f'output{self.suffix}')
            # split first: blanks in file names stay inside of their word
            words = [
                word.replace('{input}', os.path.abspath(source)).replace(
                    '{output}', made) for word in shlex.split(self.command)
            ]
            try:
                subprocess.run(
                    words,
                    check=True,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE)
            except FileNotFoundError as error:
                raise FileNotFoundError(
                    f'the program {words[0]!r} of the command '
                    f'{self.command!r} was not found') from error
            except subprocess.CalledProcessError as error:
                tail = error.stderr.decode(errors='replace')[-300:]
                raise UnreadableMediaError(
                    source, f'{words[0]} ended with {error.returncode}: '
                    f'{tail.strip()}') from error
            return self._encode(source, made, target)

    def _encode(self, source: str, made: str, target: str) -> int:
        with open_video(source) as original:
            times, fps = original.timestamps, original.fps
        try:
            reader = open_video(made)
        except UnreadableMediaError as error:
            raise UnreadableMediaError(
                source, 'the command wrote no readable video: '
                f'{error.reason}') from error
        with reader:
            missing = len(times) - len(reader)
            if missing not in (0, 1):
                raise UnreadableMediaError(
                    source, f'expected {len(times)} frames from the command, '
                    f'or one less, got {len(reader)}')
            return write_video(target, _pictures(reader, missing), times,
                               fps, self.crf, self.pix_fmt)


def _pictures(reader, missing: int) -> Iterator[np.ndarray]:
    for _, frames in frame_blocks(reader):
        yield from frames
        last = frames[-1]
    yield from [last] * missing
