from dataclasses import replace

import numpy as np
import pytest

from mmgesture.datasets import video_index as index_module
from mmgesture.datasets.video_index import build_index
from mmgesture.datasets.video_pyav import PyAVReader


@pytest.fixture
def reader_of(videos):
    readers = []

    def build(kind, **changes):
        reader = PyAVReader(videos[kind])
        reader.index = replace(reader.index, **changes)
        readers.append(reader)
        return reader

    yield build
    for reader in readers:
        reader.close()


WANTED = [97, 3, 31, 32, 60, 0, 99]


def test_a_seek_that_lands_too_late_is_taken_further_back(
        reader_of, video_tools):
    # as containers do that seek by another clock: all key frames but the
    # first claim to lie at the end of the file
    reader = reader_of('b_frames')
    late = np.full_like(reader.index.key_dts, reader.index.pts[-1])
    late[0] = reader.index.key_dts[0]
    reader = reader_of('b_frames', key_dts=late)
    frames = reader.get_frames(WANTED)
    assert [video_tools.number(f) for f in frames] == WANTED


def test_files_without_key_frames_are_read_from_the_front(
        reader_of, video_tools):
    none = np.empty(0, dtype=np.int64)
    reader = reader_of('b_frames', key_pts=none, key_dts=none)
    frames = reader.get_frames(WANTED)
    assert [video_tools.number(f) for f in frames] == WANTED


def test_files_without_timestamps_are_counted_through(
        reader_of, video_tools):
    length = len(build_index(reader_of('b_frames').path))
    reader = reader_of(
        'b_frames', pts=np.arange(length), sequential=True, fps=25.)
    frames = reader.get_frames(WANTED)
    assert [video_tools.number(f) for f in frames] == WANTED
    # twice, and backwards
    assert video_tools.number(reader.get_frames([2])[0]) == 2
    assert np.allclose(reader.timestamps, np.arange(length) / 25)


def test_packets_without_usable_times_make_the_index_count(
        videos, monkeypatch):
    real = index_module.open_stream

    class Untimed:
        """A container whose packets have lost their times."""

        def __init__(self, container):
            self.container = container

        def demux(self, stream):
            for packet in self.container.demux(stream):
                if packet.size:
                    packet.pts = None
                yield packet

        def __getattr__(self, name):
            return getattr(self.container, name)

    def untimed(path, num_threads=1):
        container, stream = real(path, num_threads)
        return Untimed(container), stream

    monkeypatch.setattr(index_module, 'open_stream', untimed)
    index = build_index(videos['b_frames'])
    assert index.sequential and len(index) == 100
    assert index.fps == 25 and index.timestamps[50] == 2


def test_one_open_reader_serves_many_requests(reader_of, video_tools):
    reader = reader_of('open_gop')
    for number in [79, 0, 41, 40, 39, 78, 79]:
        assert video_tools.number(reader.get_frames([number])[0]) == number
