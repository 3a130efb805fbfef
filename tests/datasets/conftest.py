"""Small videos whose pixels tell the number of each frame."""
from fractions import Fraction

import av
import numpy as np
import pytest

BLOCK = 8
HEIGHT, WIDTH = 48, 64


def draw_frame(number, height=HEIGHT, width=WIDTH):
    """A grey frame whose upper left blocks hold the number in binary."""
    frame = np.full((height, width, 3), 90, dtype=np.uint8)
    for bit in range(16):
        row, column = divmod(bit, 8)
        value = 235 if number >> bit & 1 else 20
        frame[row * BLOCK:(row + 1) * BLOCK,
              column * BLOCK:(column + 1) * BLOCK] = value
    # something that moves, so that B-frames have work to do
    left = 2 * number % (width - 8)
    frame[2 * BLOCK:, left:left + 8] = (200, 60, 40)
    return frame


def read_number(frame):
    """The number that :func:`draw_frame` wrote, from any frame size."""
    height, width = frame.shape[:2]
    number = 0
    for bit in range(16):
        row, column = divmod(bit, 8)
        y = int((row + .5) * BLOCK * height / HEIGHT)
        x = int((column + .5) * BLOCK * width / WIDTH)
        number |= int(frame[y, x].mean() > 128) << bit
    return number


def write_video(path,
                num_frames,
                codec='libx264',
                fps=25,
                gop=12,
                b_frames=0,
                pts=None,
                options=None,
                container_options=None):
    """Write a numbered video; ``pts`` in milliseconds, if uneven."""
    base = Fraction(1, fps) if pts is None else Fraction(1, 1000)
    with av.open(str(path), 'w', options=container_options or {}) as out:
        stream = out.add_stream(codec, rate=fps)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = 'yuvj420p' if codec == 'mjpeg' else 'yuv420p'
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = base
        stream.codec_context.gop_size = gop
        stream.codec_context.max_b_frames = b_frames
        if codec == 'libx264':
            stream.options = dict(
                dict(preset='veryfast', crf='18'), **(options or {}))
        for number in range(num_frames):
            frame = av.VideoFrame.from_ndarray(
                draw_frame(number), format='rgb24')
            frame.pts = number if pts is None else int(pts[number])
            frame.time_base = base
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    return str(path)


@pytest.fixture(scope='session')
def videos(tmp_path_factory):
    """Paths of a few numbered videos by kind."""
    root = tmp_path_factory.mktemp('videos')
    rng = np.random.RandomState(0)
    uneven = np.cumsum(rng.choice([20, 33, 34, 40, 120], size=90))
    return dict(
        plain=write_video(root / 'plain.mp4', 60),
        b_frames=write_video(root / 'b frames.mp4', 100, gop=30, b_frames=3),
        open_gop=write_video(
            root / 'open.mp4',
            80,
            gop=10,
            b_frames=2,
            options={'x264-params': 'open-gop=1:bframes=2'}),
        uneven=write_video(
            root / 'uneven.mp4', 90, gop=20, b_frames=2, pts=uneven),
        mkv=write_video(root / 'clip.mkv', 50, b_frames=2),
        avi=write_video(root / 'clip.avi', 40, codec='mpeg4'),
        all_key=write_video(root / 'key.mp4', 20, codec='mjpeg'),
        single=write_video(root / 'single.mp4', 1))


@pytest.fixture(scope='session')
def rotated(tmp_path_factory):
    """A video of 20 frames that is to be turned clockwise for display."""
    path = tmp_path_factory.mktemp('rotated') / 'turned.mp4'
    data = open(write_video(path, 20), 'rb').read()
    # the matrix of the track header: identity -> a quarter turn
    one, unit = (1 << 16).to_bytes(4, 'big'), (1 << 30).to_bytes(4, 'big')
    zero, minus = bytes(4), (0xffff0000).to_bytes(4, 'big')
    identity = one + zero * 3 + one + zero * 3 + unit
    turned = zero + one + zero + minus + zero * 4 + unit
    place = data.index(identity, data.index(b'tkhd'))
    path.write_bytes(data[:place] + turned + data[place + len(turned):])
    return str(path)


@pytest.fixture(scope='session')
def video_tools():
    """The functions that draw and read numbered videos."""
    from types import SimpleNamespace
    return SimpleNamespace(
        write=write_video, number=read_number, draw=draw_frame)


@pytest.fixture(scope='session')
def broken(tmp_path_factory):
    """Paths of files that are no readable video, by what is wrong."""
    root = tmp_path_factory.mktemp('broken')
    whole = write_video(
        root / 'front.mp4', 60, container_options={'movflags': 'faststart'})
    data = open(whole, 'rb').read()
    tail = write_video(root / 'tail.mp4', 60)
    tail_data = open(tail, 'rb').read()
    paths = {}
    for name, content in (('empty', b''), ('text', b'this is no video' * 50),
                          ('cut_header_in_front', data[:len(data) * 2 // 3]),
                          ('cut_header_at_end',
                           tail_data[:len(tail_data) * 2 // 3])):
        path = root / f'{name}.mp4'
        path.write_bytes(content)
        paths[name] = str(path)
    paths['missing'] = str(root / 'missing.mp4')
    folder = root / 'folder.mp4'
    folder.mkdir()
    paths['folder'] = str(folder)
    paths['audio_only'] = _write_audio(root / 'audio.mp4')
    paths['no_frames'] = _write_no_frames(root / 'noframes.mkv')
    return paths


def _write_audio(path):
    with av.open(str(path), 'w') as out:
        stream = out.add_stream('aac', rate=8000)
        stream.layout = 'mono'
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), dtype=np.float32), 'fltp', 'mono')
        frame.sample_rate, frame.pts = 8000, 0
        for packet in stream.encode(frame) + stream.encode():
            out.mux(packet)
    return str(path)


def _write_no_frames(path):
    with av.open(str(path), 'w') as out:
        stream = out.add_stream('mjpeg', rate=25)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = 'yuvj420p'
        out.start_encoding()
    return str(path)
