"""Skeletons as features: skeleton, skeleton_set."""
import numpy as np
import pytest

from mmgesture.datasets.features import (FeatureFolder,
                                         extract_skeleton_features,
                                         skeleton_features)
from mmgesture.datasets.features.skeleton import body_scale
from mmgesture.structures import (GestureRecord, make_header,
                                  write_annotations)

EDGES = ((0, 1), (1, 2))


@pytest.fixture
def joints():
    rng = np.random.default_rng(0)
    return np.cumsum(rng.normal(0, 0.02, (30, 3, 3)), axis=0) + \
        np.array([[0, 0, 2], [0, 0.2, 2], [0, 0.5, 2]])


def turn(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def test_place_and_size_of_the_person_do_not_matter(joints):
    a = skeleton_features(joints, 20, 0, EDGES)
    b = skeleton_features(3 * joints + [7, -2, 1], 20, 0, EDGES)
    assert a.shape == (30, 18) and a.dtype == np.float32
    np.testing.assert_allclose(a, b, atol=1e-5)


def test_channels_are_vectors_that_turn_with_the_room(joints):
    a = skeleton_features(joints, 20, 0, EDGES).reshape(30, 6, 3)
    b = skeleton_features(joints @ turn(30).T, 20, 0, EDGES)
    np.testing.assert_allclose(
        a @ turn(30).T, b.reshape(30, 6, 3), atol=1e-5)


def test_values_of_a_hand_worked_stream():
    # joint 1 is 1 m beside joint 0 and moves away at 2 m/s; 10 frames/s
    t = np.arange(5) / 10
    joints = np.zeros((5, 2, 3))
    joints[:, 0, 1] = 0.4 * t
    joints[:, 1, 0] = 1 + 2 * t
    joints[:, 1, 1] = 0.4 * t
    found = skeleton_features(joints, 10, 0, scale=2.)
    found = found.reshape(5, 4, 3)
    np.testing.assert_allclose(found[:, 0, 0], (1 + 2 * t) / 2, rtol=1e-6)
    np.testing.assert_allclose(found[:, 1, 1], 0.2 * (t - 0.2), atol=1e-6)
    # velocities over the size, halved; one-sided at both ends
    np.testing.assert_allclose(found[:, 2, 0], 2 / 2 / 2, rtol=1e-5)
    np.testing.assert_allclose(found[:, 3, 1], 0.4 / 2 / 2, rtol=1e-5)


def test_size_of_the_body_is_four_bones(joints):
    still = np.tile(joints[:1], (3, 1, 1))
    bones = [np.linalg.norm(still[0, a] - still[0, b]) for a, b in EDGES]
    assert body_scale(still, EDGES, 0) == pytest.approx(4 * np.mean(bones))
    assert body_scale(np.zeros((3, 2, 3)), ((0, 1), ), 0) == 1


def test_a_single_frame_stands_still(joints):
    found = skeleton_features(joints[:1], 20, 0, EDGES)
    assert found.shape == (1, 18) and not found[:, 9:].any()


@pytest.mark.parametrize('wrong', [
    np.zeros((3, 4)), np.zeros((0, 2, 3)), np.full((3, 2, 3), np.nan)])
def test_other_shapes_and_gaps_are_refused(wrong):
    with pytest.raises(ValueError, match='expected finite joints'):
        skeleton_features(wrong, 20, 0)


@pytest.fixture
def smg(tmp_path):
    """Three skeleton files of SMG's form: good, with a gap, broken."""
    rng = np.random.default_rng(0)
    for name in ('a', 'b'):
        rows = rng.normal(0, 1, (6, 25, 11))
        if name == 'b':
            rows[2] = 0  # nobody tracked
        np.savetxt(tmp_path / f'{name}.csv', rows.reshape(6, -1), '%.4f', ',')
    (tmp_path / 'c.csv').write_text('1,2,3\n')
    videos = [
        dict(video_id=n, video=None, keypoints=f'{n}.csv', num_frames=6,
             fps=28, split='train') for n in 'abc'
    ]
    write_annotations(
        str(tmp_path / 'ann.jsonl'),
        make_header('t', ['x'], None, dict(videos=videos)), [
            GestureRecord('a0', None, start=1, end=3, label=0, split='train',
                          keypoints='a.csv')
        ])
    return tmp_path


def test_a_set_of_skeletons_becomes_a_folder_of_features(smg):
    done = []

    def run():
        return extract_skeleton_features(
            str(smg / 'ann.jsonl'), str(smg), str(smg / 'f'),
            advance=done.append)

    report = run()
    assert (report.written, report.reused) == (2, 0)
    assert report.interpolated == dict(b=25)
    assert [e.path.endswith('c.csv') for e in report.failed] == [True]
    assert done == ['a', 'b', 'c']
    assert FeatureFolder(str(smg / 'f')).read('b', 0, 6).shape == (6, 150)
    report = run()
    assert (report.written, report.reused) == (0, 2)


def test_other_settings_do_not_mix(smg):
    paths = str(smg / 'ann.jsonl'), str(smg), str(smg / 'f')
    extract_skeleton_features(*paths)
    with pytest.raises(ValueError, match='were made with'):
        extract_skeleton_features(*paths, lag=0.2)
