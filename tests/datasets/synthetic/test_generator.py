"""Claims about the data set on disk: generator and writer."""
import csv
import json
from dataclasses import replace

import av
import numpy as np
import pytest

from mmgesture.datasets.convert.smg import convert_smg
from mmgesture.datasets.smg import SMG_SPLITS
from mmgesture.datasets.synthetic import (MOTION_ONLY_PAIRS, MiniSMG,
                                          generate, plan, stage)
from mmgesture.datasets.synthetic.body import JOINT

SMALL = MiniSMG(subjects=4, minutes=0.15, size=(64, 48), fps=14, gap=0.4)


@pytest.fixture(scope='module')
def drawn(tmp_path_factory):
    root = tmp_path_factory.mktemp('mini_smg')
    generate(SMALL, root)
    return root


def _decode(path, kind):
    with av.open(str(path)) as container:
        return [f.to_ndarray(format=kind) for f in container.decode(video=0)]


def test_files_are_smgs(drawn):
    names = ['Sample0001', 'Sample0031', 'Sample0036', 'Sample0037']
    assert sorted(p.name for p in drawn.iterdir()) == names
    for name in names:
        files = {p.name for p in (drawn / name).iterdir()}
        assert files == {f'{name}_{end}' for end in (
            'color.mp4', 'depth.mp4', 'skeleton.csv', 'finelabels.csv',
            'data.csv', 'recipe.json')}


def test_data_file_tells_frames_rate_and_depth(drawn):
    assert (drawn / 'Sample0001/Sample0001_data.csv').read_text() == \
        '126,14,4500\n'


def test_labels_are_sorted_valid_and_apart(drawn):
    for recording in plan(SMALL):
        path = drawn / recording.name / f'{recording.name}_finelabels.csv'
        rows = [tuple(map(int, r)) for r in csv.reader(open(path))]
        assert [r[0] for r in rows] == list(recording.labels)
        assert all(1 <= label <= 17 for label in recording.labels)
        last = -1
        for _, start, end in rows:
            assert last < start < end < SMALL.num_frames
            last = end


def test_skeleton_has_275_columns_and_projects_onto_the_person(drawn):
    recording = plan(SMALL)[0]
    rows = np.loadtxt(drawn / 'Sample0001/Sample0001_skeleton.csv',
                      delimiter=',')
    assert rows.shape == (126, 275)
    joints = rows.reshape(126, 25, 11)
    np.testing.assert_allclose(
        np.linalg.norm(joints[..., 3:7], axis=-1), 1, atol=1e-3)
    np.testing.assert_array_equal(joints[..., 7:9], joints[..., 9:11])
    renderer, _ = stage(SMALL, recording)
    hits = []
    for index in range(0, 126, 10):
        mask = renderer.mask(index)
        for side in 'lr':
            column, row = np.round(
                joints[index, JOINT[f'wrist_{side}'], 7:9]).astype(int)
            if row < 48:  # below the picture in a close framing
                hits.append(mask[row, column])
    assert len(hits) > 10 and np.mean(hits) > 0.95


def test_files_hold_the_drawn_frames_within_tolerance(drawn):
    renderer, _ = stage(SMALL, plan(SMALL)[2])
    colour = _decode(drawn / 'Sample0036/Sample0036_color.mp4', 'rgb24')
    depth = _decode(drawn / 'Sample0036/Sample0036_depth.mp4', 'gray')
    assert len(colour) == len(depth) == SMALL.num_frames
    for index in (0, 1, 63, 125):
        picture, distance = renderer.frame(index)
        assert np.abs(colour[index].astype(int) - picture).mean() < 9
        assert np.abs(depth[index].astype(int) - distance).mean() < 3


def test_every_frame_is_at_its_time(drawn):
    with av.open(str(drawn / 'Sample0001/Sample0001_color.mp4')) as file:
        stream = file.streams.video[0]
        times = sorted(float(p.pts * stream.time_base)
                       for p in file.demux(stream) if p.pts is not None)
    np.testing.assert_allclose(times, np.arange(126) / 14, atol=1e-4)


def test_finished_recordings_are_kept_and_missing_ones_redrawn(
        drawn, tmp_path):
    before = (drawn / 'Sample0001/Sample0001_color.mp4').stat().st_mtime_ns
    (drawn / 'Sample0036/Sample0036_recipe.json').unlink()
    calls = []
    recordings, names = generate(SMALL, drawn, 1, False,
                                 lambda *state: calls.append(state))
    assert len(recordings) == 4 and names == ['Sample0036']
    after = (drawn / 'Sample0001/Sample0001_color.mp4').stat().st_mtime_ns
    assert before == after
    assert calls[-1] == (SMALL.num_frames, SMALL.num_frames)


def test_two_processes_draw_the_same_as_one(drawn, tmp_path):
    states = []
    generate(SMALL, tmp_path, 2, on_progress=lambda *s: states.append(s))
    assert states[-1] == (4 * SMALL.num_frames, 4 * SMALL.num_frames)
    for end in ('skeleton.csv', 'finelabels.csv'):
        name = f'Sample0037/Sample0037_{end}'
        assert (tmp_path / name).read_text() == (drawn / name).read_text()
    a, b = (_decode(root / 'Sample0037/Sample0037_color.mp4', 'rgb24')[-1]
            for root in (drawn, tmp_path))
    assert np.abs(a.astype(int) - b).mean() < 2


def test_recordings_of_other_parameters_are_refused_then_replaced(tmp_path):
    config = replace(SMALL, minutes=0.08)
    generate(config, tmp_path)
    other = replace(config, seed=1)
    with pytest.raises(FileExistsError, match='Sample0031'):
        generate(other, tmp_path)
    assert generate(other, tmp_path, overwrite=True)[1][-1] == 'Sample0037'
    recipe = json.loads(
        (tmp_path / 'Sample0037/Sample0037_recipe.json').read_text())
    assert recipe['parameters']['seed'] == 1


def test_smgs_converter_reads_it(drawn):
    conversion = convert_smg(str(drawn))
    (drawn / 'annotations.jsonl').unlink()
    records = conversion.annotations.records
    assert len(records) == sum(len(r.labels) for r in plan(SMALL))
    assert {r.split for r in records} == set(SMG_SPLITS)
    assert all(0 <= r.start < r.end <= SMALL.num_frames for r in records)
    assert not conversion.notes


def test_quick_plan_has_smgs_tail_and_every_class():
    config = MiniSMG(subjects=20, minutes=4, gap=0.4)
    counts = {'train': np.zeros(18, int), 'test': np.zeros(18, int)}
    for recording in plan(config):
        if recording.part in counts:
            counts[recording.part] += np.bincount(recording.labels,
                                                  minlength=18)
    for part, total in counts.items():
        assert (total[1:] >= 4).all(), part
        assert total.argmax() == 9
    share = counts['test'] / counts['test'].sum()
    assert 0.3 < share[9] < 0.4 and 0.6 < share[8] + share[9] < 0.72


def test_pairs_are_classes():
    for first, second, _ in MOTION_ONLY_PAIRS:
        assert {first, second} <= set(range(1, 18))


@pytest.mark.parametrize('values, message', [
    (dict(size=(321, 240)), 'even width'), (dict(subtlety=1.5), '0..1'),
    (dict(minutes=0.01), 'too short'), (dict(fps=200), '5 to 60')])
def test_impossible_parameters_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        MiniSMG(**values)
