import os
import shutil
import sys

import numpy as np
import pytest

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.modalities import (CommandConverter, EstimatedDepth,
                                           FlowConverter, SensorDepth,
                                           TaylorConverter, generate_modality)
from mmgesture.datasets.modalities.converters import grey_frames, taylor_video
from mmgesture.datasets.modalities.depth import depth_pictures, invert_depth
from mmgesture.datasets.modalities.depth_model import load_model
from mmgesture.datasets.modalities.generate import describe, target_name
from mmgesture.datasets.modalities.video_out import write_video
from mmgesture.datasets.video import open_video
from mmgesture.manifest import Manifest
from mmgesture.structures import (GestureRecord, make_header,
                                  read_annotations, write_annotations)


@pytest.fixture
def root(tmp_path, videos, broken):
    folder = tmp_path / 'colour'
    (folder / 'p 1').mkdir(parents=True)
    shutil.copy(videos['uneven'], folder / 'p 1' / 'a b.mp4')
    shutil.copy(videos['avi'], folder / 'c.avi')
    shutil.copy(videos['uneven'], folder / 'depth.mp4')
    shutil.copy(broken['cut_header_at_end'], folder / 'bad.mp4')
    records = [
        GestureRecord('1', 'p 1/a b.mp4', 3, 9, 0, '1', 'train', 'k.csv',
                      'depth.mp4'),
        GestureRecord('2', 'p 1/a b.mp4', 9, 30, 1, '1', 'train', 'k.csv',
                      'depth.mp4'),
        GestureRecord('3', 'c.avi', None, None, None, '2', 'test'),
        GestureRecord('4', 'bad.mp4', 0, 5, 1, '3', 'test'),
    ]
    write_annotations(
        str(folder / 'a.jsonl'), make_header('toy', ['p', 'q']), records)
    return folder


def run(root, out, converter, **options):
    return generate_modality(
        str(root / 'a.jsonl'), str(root), str(out), converter, **options)


def frames_of(path):
    with open_video(str(path)) as reader:
        return reader.get_frames(range(len(reader))), reader.timestamps


def test_a_bad_file_is_named_and_the_others_are_made(root, tmp_path):
    out, seen = tmp_path / 'taylor', []
    report = run(root, out, TaylorConverter(), advance=seen.append)
    assert (report.written, report.reused, len(report.failed)) == (2, 0, 1)
    assert sorted(seen) == ['bad.mp4', 'c.mp4', 'p 1/a b.mp4']
    assert (out / 'bad_files.txt').read_text().startswith(
        str(root / 'bad.mp4') + '\t')
    found = read_annotations(str(out / 'annotations.jsonl'))
    assert [(r.sample_id, r.video, r.start, r.end, r.label)
            for r in found.records] == [('1', 'p 1/a b.mp4', 3, 9, 0),
                                        ('2', 'p 1/a b.mp4', 9, 30, 1),
                                        ('3', 'c.mp4', None, None, None),
                                        ('4', 'bad.mp4', 0, 5, 1)]
    assert found.records[0].depth is None
    assert found.header['modality']['norm'] == 'channel'
    files = {
        os.path.relpath(os.path.join(place, name), out)
        for place, _, names in os.walk(out) for name in names
    }
    assert files == {
        'annotations.jsonl', 'bad_files.txt', 'checksums.jsonl',
        'modality.json', 'c.mp4', 'p 1/a b.mp4'
    }


def test_an_interrupted_run_is_taken_up_again(root, tmp_path, videos):
    out = tmp_path / 'flow'
    run(root, out, FlowConverter())
    kept, cut = out / 'c.mp4', out / 'p 1' / 'a b.mp4'
    before = os.stat(kept).st_mtime_ns
    cut.write_bytes(cut.read_bytes()[:300])
    shutil.copy(videos['plain'], root / 'bad.mp4')
    report = run(root, out, FlowConverter())
    assert (report.written, report.reused, report.failed) == (2, 1, [])
    assert os.stat(kept).st_mtime_ns == before
    assert not (out / 'bad_files.txt').exists()


def test_checksums_find_what_lengths_do_not(root, tmp_path, videos):
    out = tmp_path / 'flow'
    run(root, out, FlowConverter())
    assert len(Manifest(out)) == 2 and Manifest(out).problems() == []
    made, whole = out / 'c.mp4', (out / 'c.mp4').read_bytes()
    # as long as before, and with as many frames
    made.write_bytes(whole[:-200] + bytes(100) + whole[-100:])
    assert Manifest(out).problems() == ['c.mp4: differs from its checksum']
    # another video in the place of the source
    shutil.copy(videos['b_frames'], root / 'p 1' / 'a b.mp4')
    report = run(root, out, FlowConverter())
    assert (report.written, report.reused) == (2, 0)
    assert made.read_bytes() == whole
    assert len(frames_of(out / 'p 1' / 'a b.mp4')[0]) == 100
    assert Manifest(out).problems() == []


def test_finished_file_that_was_not_noted_is_kept(root, tmp_path):
    out = tmp_path / 'flow'
    run(root, out, FlowConverter())
    before = (out / 'c.mp4').stat().st_mtime_ns
    lines = (out / 'checksums.jsonl').read_text().splitlines()
    kept = [line for line in lines if 'c.mp4' not in line]
    # killed in the middle of the line
    (out / 'checksums.jsonl').write_text('\n'.join(kept) + '\n{"file": "c')
    (out / '.c.part-abcd1234.mp4').write_bytes(b'half')
    report = run(root, out, FlowConverter())
    assert (report.written, report.reused) == (0, 2)
    assert (out / 'c.mp4').stat().st_mtime_ns == before
    assert Manifest(out).entry('c.mp4')['bytes'] > 0
    assert not list(out.glob('.c.part-*'))


def test_settings_are_not_mixed_and_the_root_is_safe(root, tmp_path):
    run(root, tmp_path / 'out', TaylorConverter())
    with pytest.raises(ValueError, match='terms'):
        run(root, tmp_path / 'out', TaylorConverter(terms=2))
    with pytest.raises(ValueError, match='must not be'):
        run(root, root, TaylorConverter())


@pytest.mark.parametrize('norm', ['channel', 'clip'])
def test_blocks_make_the_video_of_the_whole(root, tmp_path, norm):
    source, target = root / 'p 1' / 'a b.mp4', tmp_path / 't.mp4'
    TaylorConverter(norm=norm, crf=1)(str(source), str(target))
    colour, times = frames_of(source)
    made, stamps = frames_of(target)
    expected = taylor_video(grey_frames(colour), norm=norm, pad=True)
    assert made.shape == expected.shape
    assert np.allclose(stamps, times, atol=1e-3)
    assert np.abs(made.astype(int) - expected).mean() < 3


def test_still_video_has_no_flow(tmp_path):
    source, target = str(tmp_path / 's.mp4'), str(tmp_path / 'f.mp4')
    for length in (1, 33):
        still = [np.full((32, 48, 3), 90, np.uint8)] * length
        write_video(source, still, np.arange(length) / 25, 25)
        assert FlowConverter()(source, target) == length
        made, _ = frames_of(target)
        assert np.abs(made.astype(int) - (128, 128, 0)).max() <= 2


def test_sensor_depth_keeps_its_bytes_and_names_what_has_none(
        root, tmp_path):
    out = tmp_path / 'depth'
    report = run(root, out, SensorDepth())
    assert report.written == 1 and len(report.failed) == 2
    assert 'name no depth file' in str(report.failed[0])
    assert (out / 'p 1' / 'a b.mp4').read_bytes() == (
        root / 'depth.mp4').read_bytes()


def test_sensor_depth_of_another_length_is_refused(root, tmp_path, videos):
    shutil.copy(videos['plain'], root / 'depth.mp4')
    report = run(root, tmp_path / 'depth', SensorDepth())
    assert report.written == 0
    assert any('90 frames' in str(e) for e in report.failed)


def test_a_set_without_depth_is_refused_at_once(root, tmp_path):
    records = [GestureRecord('3', 'c.avi', None, None, 1, '2', 'test')]
    write_annotations(
        str(root / 'a.jsonl'), make_header('toy', ['p', 'q']), records)
    with pytest.raises(ValueError, match='no sample names a depth file'):
        run(root, tmp_path / 'depth', SensorDepth())


def test_inverted_depth_leaves_what_was_not_measured():
    depth = np.array([0, 1, 128, 255], np.uint8)
    assert invert_depth(depth).tolist() == [0, 255, 128, 1]


def test_estimated_depth_is_scaled_over_the_clip():
    depth = np.array([[[2., 4.]], [[3., 2.]]])
    assert depth_pictures(depth).tolist() == [[[0, 255]], [[128, 0]]]
    assert not depth_pictures(np.full((2, 3, 4), 7.)).any()
    with pytest.raises(ValueError, match='finite'):
        depth_pictures(np.full((1, 1, 1), np.nan))


def test_depth_model_says_what_is_missing(tmp_path):
    with pytest.raises(ImportError, match='video_depth_anything'):
        load_model(str(tmp_path), 'w.pth', 'vits', 'cpu')
    with pytest.raises(ValueError, match='encoder'):
        load_model(str(tmp_path), 'w.pth', 'huge', 'cpu')


NETWORK = '''
import numpy as np, torch
from utils.util import ONE
class VideoDepthAnything(torch.nn.Linear):
    def __init__(self, encoder, features, out_channels):
        super().__init__(ONE, ONE)
    def infer_video_depth(self, frames, fps, input_size, device):
        return frames[..., 0] / 7., fps
'''


def test_depth_model_comes_from_a_checkout(root, tmp_path, monkeypatch):
    import torch
    for name, text in (('video_depth_anything/video_depth.py', NETWORK),
                       ('utils/util.py', 'ONE = 1')):
        path = tmp_path / 'repo' / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    torch.save(torch.nn.Linear(1, 1).state_dict(), tmp_path / 'w.pth')
    load_model.cache_clear()
    before = set(sys.modules)
    converter = EstimatedDepth(
        str(tmp_path / 'repo'), str(tmp_path / 'w.pth'), max_frames=90)
    try:
        number = converter(
            str(root / 'p 1' / 'a b.mp4'), str(tmp_path / 'd.mp4'))
    finally:
        load_model.cache_clear()
        for name in set(sys.modules) - before:
            if name.split('.')[0] in ('utils', 'video_depth_anything'):
                del sys.modules[name]
    made, _ = frames_of(tmp_path / 'd.mp4')
    assert number == len(made) == 90 and made.max() > 240
    short = EstimatedDepth('r', 'w', max_frames=89)
    with pytest.raises(UnreadableMediaError, match='at most 89'):
        short(str(root / 'p 1' / 'a b.mp4'), str(tmp_path / 'e.mp4'))


def test_command_converts_and_its_failure_is_the_file_s(root, tmp_path):
    script = tmp_path / 'copy it.py'
    script.write_text('import shutil, sys; shutil.copy(*sys.argv[1:])')
    command = f'"{sys.executable}" "{script}" {{input}} {{output}}'
    source, target = root / 'p 1' / 'a b.mp4', tmp_path / 'f.mp4'
    assert CommandConverter(command, 'flow')(str(source), str(target)) == 90
    assert len(frames_of(target)[0]) == 90
    script.write_text('import sys; sys.exit("out of luck")')
    with pytest.raises(UnreadableMediaError, match='out of luck'):
        CommandConverter(command, 'flow')(str(source), str(tmp_path / 'g.mp4'))
    assert not (tmp_path / 'g.mp4').exists()
    with pytest.raises(ValueError, match='input'):
        CommandConverter('memflow {output}', 'flow')


def test_names_and_recipes_are_plain():
    assert target_name('a/b.avi') == 'a/b.mp4'
    assert target_name('a/b.MP4') == 'a/b.MP4'
    recipe = describe(EstimatedDepth('/x/repo', '/x/y.pth'))
    assert recipe['weights'] == 'y.pth' and 'repository' not in recipe
    assert describe(FlowConverter())['method']['kind'] == 'DISFlow'
