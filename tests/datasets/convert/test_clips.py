import os
import shutil

import numpy as np
import pytest

from mmgesture.datasets.convert import extract_clips
from mmgesture.datasets.convert.clips import clip_name, write_clip
from mmgesture.datasets.video import open_video
from mmgesture.structures import (GestureRecord, make_header,
                                  read_annotations, write_annotations)


@pytest.fixture
def source(tmp_path, videos):
    root = tmp_path / 'long'
    root.mkdir()
    shutil.copy(videos['uneven'], root / 'a b.mp4')
    records = [
        GestureRecord('x/1', 'a b.mp4', 0, 7, 0, '1', 'train', 'k.csv'),
        GestureRecord('x/2', 'a b.mp4', 70, 90, 1, '1', 'test'),
        GestureRecord('x/3', 'a b.mp4', 85, 99, None, '1', 'test'),
        GestureRecord('x/4', 'a b.mp4', label=1, split='val'),
        GestureRecord('x/5', 'a b.mp4', 95, 99, 1, '1', 'test'),
    ]
    write_annotations(
        str(root / 'a.jsonl'),
        make_header('toy', ['p', 'q'], extra=dict(videos=[])), records)
    return root


def run(source, out, **options):
    return extract_clips(str(source / 'a.jsonl'), str(source), str(out),
                         **options)


def test_clips_hold_the_frames_and_times_of_their_segments(
        source, tmp_path, video_tools, videos):
    out = tmp_path / 'clips'
    report = run(source, out)
    assert (report.written, report.reused, len(report.failed)) == (4, 0, 1)
    assert 'beyond the 90 frames' in str(report.failed[0])
    found = read_annotations(str(out / 'annotations.jsonl'))
    assert [r.sample_id for r in found.records] == ['x/1', 'x/2', 'x/3', 'x/4']
    assert [r.label for r in found.records] == [0, 1, None, 1]
    assert 'videos' not in found.header
    with open_video(videos['uneven']) as reader:
        stamps = reader.timestamps
    for record, span in zip(found.records, [(0, 7), (70, 90), (85, 90),
                                            (0, 90)]):
        assert record.start is None and record.keypoints is None
        assert record.extra['origin']['video'] == 'a b.mp4'
        with open_video(str(out / record.video)) as reader:
            frames = reader.get_frames(range(len(reader)))
            assert [video_tools.number(f) for f in frames
                    ] == list(range(*span))
            expected = stamps[slice(*span)] - stamps[span[0]]
            assert np.allclose(reader.timestamps, expected, atol=1e-3)


def test_an_interrupted_run_is_taken_up_again(source, tmp_path):
    out = tmp_path / 'clips'
    seen = []
    first = run(source, out, advance=lambda r: seen.append(r.sample_id))
    assert len(seen) == 5
    clip = out / first.annotations.records[1].video
    clip.write_bytes(clip.read_bytes()[:200])
    kept = out / first.annotations.records[0].video
    before = os.stat(kept).st_mtime_ns
    again = run(source, out)
    assert (again.written, again.reused) == (1, 3)
    assert os.stat(kept).st_mtime_ns == before
    assert not [n for n in os.listdir(out / 'clips') if n.startswith('.')]


def test_clips_of_other_settings_are_not_mixed(source, tmp_path):
    run(source, tmp_path / 'clips')
    with pytest.raises(ValueError, match='short_side'):
        run(source, tmp_path / 'clips', short_side=32)


def test_clips_shrink_to_even_sides_and_never_grow(videos, tmp_path):
    target = str(tmp_path / 'a.mp4')
    assert write_clip(videos['plain'], target, 3, 6, short_side=27) == 3
    with open_video(target) as reader:
        assert reader.shape == (26, 36) and len(reader) == 3
    write_clip(videos['plain'], target, None, None, short_side=500)
    with open_video(target) as reader:
        assert reader.shape == (48, 64) and len(reader) == 60


def test_names_that_would_collide_are_refused(source, tmp_path):
    assert clip_name('a b/c:1') == 'clips/a_b_c_1.mp4'
    records = [GestureRecord(n, 'a b.mp4', label=0) for n in ('x 1', 'x/1')]
    write_annotations(
        str(source / 'a.jsonl'), make_header('toy', ['p']), records)
    with pytest.raises(ValueError, match='share'):
        run(source, tmp_path / 'clips')
