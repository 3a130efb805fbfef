import os

import numpy as np
import pytest

from mmgesture.datasets.modalities import video_out
from mmgesture.datasets.modalities.converters import FlowConverter
from mmgesture.datasets.modalities.video_out import frame_blocks, write_video
from mmgesture.datasets.video import open_video


def test_blocks_overlap_by_the_lookahead(videos, video_tools):
    with open_video(videos['plain']) as reader:
        blocks = [(n, [video_tools.number(f) for f in frames])
                  for n, frames in frame_blocks(reader, 5, block=28)]
    assert blocks == [(28, list(range(33))), (28, list(range(28, 60))),
                      (4, list(range(56, 60)))]


def test_a_wrong_number_of_pictures_leaves_no_file(tmp_path):
    pictures = [np.zeros((16, 16, 3), np.uint8)] * 3
    for times in (np.arange(2), np.arange(4)):
        with pytest.raises(ValueError, match='pictures'):
            write_video(str(tmp_path / 'x.mp4'), pictures, times, 25)
    assert not os.listdir(tmp_path)


def test_bytes_do_not_depend_on_the_instructions_of_the_processor(
        tmp_path, videos, monkeypatch):
    add_stream = video_out._add_stream

    def plain(*args):
        stream = add_stream(*args)
        options = stream.options
        options['x264-params'] += ':asm=0'
        stream.options = options
        return stream

    quick, slow = tmp_path / 'quick.mp4', tmp_path / 'slow.mp4'
    FlowConverter()(videos['avi'], str(quick))
    monkeypatch.setattr(video_out, '_add_stream', plain)
    FlowConverter()(videos['avi'], str(slow))
    assert quick.read_bytes() == slow.read_bytes()
