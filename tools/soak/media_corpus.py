"""Good videos, strange ones, and files that are no videos at all."""
import os
import random
import struct
import zipfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

HEIGHT, WIDTH = 48, 64
LIE = 100_000


def write(path, frames=30, codec='libx264', size=(HEIGHT, WIDTH),
          pix_fmt='yuv420p', pts=None, b_frames=0, **container):
    """Write a video of noise and motion; ``pts`` in milliseconds."""
    generator = np.random.default_rng(frames)
    base = Fraction(1, 25) if pts is None else Fraction(1, 1000)
    with av.open(str(path), 'w', options=container) as out:
        stream = out.add_stream(codec, rate=25)
        stream.height, stream.width, stream.pix_fmt = *size, pix_fmt
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = base
        stream.codec_context.gop_size = 10
        stream.codec_context.max_b_frames = b_frames
        ground = generator.integers(0, 255, (*size, 3)).astype(np.uint8)
        for number in range(frames):
            image = np.roll(ground, 2 * number, axis=1)
            frame = av.VideoFrame.from_ndarray(image, 'rgb24')
            frame.pts = number if pts is None else int(pts[number])
            frame.time_base = base
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def _audio(path):
    with av.open(str(path), 'w') as out:
        stream = out.add_stream('aac', rate=8000)
        stream.layout = 'mono'
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), np.float32), 'fltp', 'mono')
        frame.sample_rate, frame.pts = 8000, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode())


def _no_frames(path):
    with av.open(str(path), 'w') as out:
        stream = out.add_stream('mjpeg', rate=25)
        stream.height, stream.width = HEIGHT, WIDTH
        stream.pix_fmt = 'yuvj420p'
        out.start_encoding()


def _patched(source, box, offset, *values):
    """A file with 32-bit numbers of a box of its header replaced."""
    data = bytearray(Path(source).read_bytes())
    place = data.index(box) + 4 + offset
    for value in values:
        data[place:place + 4] = struct.pack('>I', value & 0xffffffff)
        place += 4
    return bytes(data)


def good_videos(folder):
    """Videos that every backend reads, one per container and codec.

    Args:
        folder (Path): Where to.

    Returns:
        dict: Name to path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return {
        'h264 mp4': write(folder / 'a.mp4', b_frames=2),
        'header in front': write(
            folder / 'front.mp4', movflags='faststart'),
        'mkv': write(folder / 'a.mkv', b_frames=2),
        'mpeg4 avi': write(folder / 'a.avi', codec='mpeg4'),
        'transport stream': write(folder / 'a.ts'),
        'mjpeg mov': write(
            folder / 'a.mov', codec='mjpeg', pix_fmt='yuvj420p'),
        'fragments': write(
            folder / 'frag.mp4', movflags='frag_keyframe+empty_moov'),
    }


def strange_videos(folder):
    """Videos that are unusual, and must be read right.

    Args:
        folder (Path): Where to.

    Returns:
        dict: Name to (path, number of frames, height, width).
    """
    folder.mkdir(parents=True, exist_ok=True)
    uneven = np.cumsum(
        np.random.default_rng(0).choice([7, 20, 33, 120, 900], 40))
    turned = folder / 'turned.mp4'
    one, unit, zero = (1 << 16), (1 << 30), 0
    matrix = struct.pack('>9I', one, 0, 0, 0, one, 0, 0, 0, unit)
    data = write(folder / 'upright.mp4').read_bytes()
    place = data.index(matrix, data.index(b'tkhd'))
    quarter = struct.pack('>9I', zero, one, 0, 0xffff0000, 0, 0, 0, 0, unit)
    turned.write_bytes(data[:place] + quarter + data[place + 36:])
    hidden = folder / 'a video.txt'
    hidden.write_bytes(write(folder / 'plain.mp4').read_bytes())
    wrong = folder / 'matroska.mp4'
    wrong.write_bytes(write(folder / 'b.mkv').read_bytes())
    return {
        'uneven frame rate': (write(
            folder / 'uneven.mp4', 40, pts=uneven), 40, HEIGHT, WIDTH),
        'rotated': (turned, 30, WIDTH, HEIGHT),
        'odd size': (write(
            folder / 'odd.mp4', size=(47, 63), pix_fmt='yuv444p'), 30, 47,
            63),
        'tiny': (write(
            folder / 'tiny.mkv', codec='mpeg4', size=(2, 2)), 30, 2, 2),
        'very wide': (write(
            folder / 'wide.mp4', size=(16, 2048)), 30, 16, 2048),
        'one frame': (write(folder / 'one.mp4', 1), 1, HEIGHT, WIDTH),
        'wrong container': (wrong, 30, HEIGHT, WIDTH),
        'wrong suffix': (hidden, 30, HEIGHT, WIDTH),
        'blank and umlaut': (write(folder / 'ä b \' "%s.mp4'), 30, HEIGHT,
                             WIDTH),
    }


def no_videos(folder):
    """Files that cannot be read as a video, or lie.

    Args:
        folder (Path): Where to.

    Returns:
        dict: Name to path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    good = write(folder / 'good.mp4')
    front = write(folder / 'front.mp4', movflags='faststart').read_bytes()
    data = good.read_bytes()
    secret = (folder / 'other.mp4').absolute()
    secret.write_bytes(data)
    contents = {
        'zero bytes': b'',
        'one byte': b'\0',
        'truncated, header at the end': data[:len(data) * 2 // 3],
        'truncated, header in front': front[:len(front) * 2 // 3],
        'last byte missing': data[:-1],
        'text': b'this is no video\n' * 99,
        'random bytes': random.Random(0).randbytes(5000),
        'zeros': bytes(5000),
        'magic number alone': data[:32],
        'time scale 0': _patched(good, b'mdhd', 12, 0),
        'negative size of a box': _patched(good, b'stbl', -8, 0xfffffff0),
        'unknown codec': data.replace(b'avc1', b'zzzz'),
        'playlist': b'#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n' +
                    str(secret).encode() + b'\n#EXT-X-ENDLIST\n',
        'list of files': b'ffconcat version 1.0\nfile other.mp4\n',
        'playlist on the network': b'#EXTM3U\n#EXTINF:9,\n'
                                   b'http://127.0.0.1:9/x.ts\n',
        'session description': b'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\n'
                               b'c=IN IP4 127.0.0.1\nt=0 0\n'
                               b'm=video 5004 RTP/AVP 96\n'
                               b'a=rtpmap:96 H264/90000\n',
        'picture': b'\x89PNG\r\n\x1a\n' + bytes(100),
    }
    paths = {}
    for number, (name, content) in enumerate(contents.items()):
        paths[name] = folder / f'bad_{number:02d}.mp4'
        paths[name].write_bytes(content)
    for name, suffix, make in (('audio alone', 'mp4', _audio),
                               ('no frames', 'mkv', _no_frames)):
        paths[name] = folder / f'{name}.{suffix}'
        make(paths[name])
    paths['zip'] = folder / 'zip.mp4'
    with zipfile.ZipFile(paths['zip'], 'w') as archive:
        archive.writestr('a.mp4', data)
    paths['absent'] = folder / 'absent.mp4'
    paths['folder'] = folder / 'folder.mp4'
    paths['folder'].mkdir(exist_ok=True)
    paths['link to itself'] = folder / 'loop.mp4'
    paths['link to itself'].unlink(missing_ok=True)
    paths['link to itself'].symlink_to('loop.mp4')
    paths['pipe that nobody writes'] = folder / 'pipe.mp4'
    if not paths['pipe that nobody writes'].exists():
        os.mkfifo(paths['pipe that nobody writes'])
    paths['name that is too long'] = folder / ('x' * 300 + '.mp4')
    return paths


def lying_videos(folder):
    """Videos whose header promises more frames than there are.

    What can be read of them may be read; what cannot must be an error.

    Args:
        folder (Path): Where to.

    Returns:
        dict: Name to path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    good = write(folder / 'good.mp4')
    avi = write(folder / 'good.avi', codec='mpeg4')
    contents = {
        f'{LIE} sizes promised': _patched(good, b'stsz', 8, LIE),
        f'{LIE} times promised': _patched(good, b'stts', 8, LIE),
        f'{LIE} of both promised': None,
        'all frames of one size': _patched(good, b'stsz', 4, 40, LIE),
        'billions promised': _patched(good, b'stsz', 8, 0xfffffff0),
        f'{LIE} frames in an avi header': None,
        'sizes of frames are huge': _patched(good, b'stsz', 12, 0x7fffffff),
        'huge picture': _patched(good, b'tkhd', 76, 0xffff0000, 0xffff0000),
    }
    both = folder / 'both.mp4'
    both.write_bytes(_patched(good, b'stsz', 8, LIE))
    contents[f'{LIE} of both promised'] = _patched(both, b'stts', 8, LIE, 512)
    data = bytearray(avi.read_bytes())
    place = data.index(b'avih') + 8 + 16
    data[place:place + 4] = struct.pack('<I', LIE)
    contents[f'{LIE} frames in an avi header'] = bytes(data)
    paths = {}
    for number, (name, content) in enumerate(contents.items()):
        suffix = 'avi' if 'avi' in name else 'mp4'
        paths[name] = folder / f'lie_{number}.{suffix}'
        paths[name].write_bytes(content)
    return paths


def fuzz(data, chance):
    """Damage a file at random.

    Args:
        data (bytes): The file.
        chance (Random): What is done, and where.

    Returns:
        bytes: The damaged file, of at least 16 bytes.
    """
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        size = len(data)
        place = chance.randrange(size)
        kind = chance.randrange(7)
        if kind == 0:  # scattered bytes
            for _ in range(chance.choice([1, 4, 32])):
                data[chance.randrange(size)] = chance.randrange(256)
        elif kind == 1:  # cut off
            del data[max(place, 16):]
        elif kind == 2:  # a hole
            data[place:place + chance.randrange(512)] = bytes(
                chance.randrange(512))
        elif kind == 3:  # something in between
            data[place:place] = chance.randbytes(chance.randrange(1, 64))
        elif kind == 4:  # a piece twice
            data[place:place] = data[place:place + chance.randrange(999)]
        else:  # the header: in front, or at the end
            place = min(place, 1500) if kind == 5 else max(
                0, size - 1 - place % 2500)
            for i in range(place, min(place + 4, size)):
                data[i] = chance.choice([0, 255, 127, chance.randrange(256)])
        if len(data) < 16:
            data += bytes(16)
    return bytes(data)
