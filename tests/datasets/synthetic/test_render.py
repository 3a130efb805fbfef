"""Claims about the pictures: scene, shapes, head, figure, render."""
import numpy as np
import pytest

from mmgesture.datasets.synthetic.body import JOINT
from mmgesture.datasets.synthetic.gestures import PROGRAMMES
from mmgesture.datasets.synthetic.head import tone
from mmgesture.datasets.synthetic.idle import idle_motion
from mmgesture.datasets.synthetic.render import StreamRenderer
from mmgesture.datasets.synthetic.scene import HAIR_STYLES, draw_scene
from mmgesture.datasets.synthetic.script import Event, stream_motion
from mmgesture.datasets.synthetic.shapes import (capsules, ellipse,
                                                 spline_matrix)

SIZE = (96, 72)


def _renderer(label=9, seed=0, size=SIZE, num=48):
    rng = np.random.default_rng(seed)
    scene = draw_scene(rng, size)
    motion = stream_motion(rng, num, 28, [Event(label, 4, num - 5)], 1.0, 1.0,
                           0.0)
    return StreamRenderer(scene, motion, seed)


@pytest.mark.parametrize('label', range(1, len(PROGRAMMES) + 1))
def test_every_class_can_be_drawn_and_changes_the_picture(label):
    renderer = _renderer(label, seed=label)
    before, middle = renderer.frame(0), renderer.frame(24)
    assert middle[0].shape == (72, 96, 3) and middle[0].dtype == np.uint8
    assert middle[1].shape == (72, 96) and middle[1].dtype == np.uint8
    changed = np.abs(middle[0].astype(int) - before[0]).max(-1) > 40
    assert changed.sum() > 15


def test_same_seed_same_bytes_and_other_seed_other_bytes():
    one, same, other = _renderer(), _renderer(), _renderer(seed=1)
    for index in (0, 17, 47):
        for a, b in zip(one.frame(index), same.frame(index)):
            np.testing.assert_array_equal(a, b)
    assert (one.frame(17)[0] != other.frame(17)[0]).mean() > 0.5


def test_frames_do_not_depend_on_the_order_of_asking():
    one, two = _renderer(num=300), _renderer(num=300)
    late = one.frame(250)[0]
    early = one.frame(3)[0]
    np.testing.assert_array_equal(two.frame(3)[0], early)
    np.testing.assert_array_equal(two.frame(250)[0], late)


def test_camera_noise_differs_from_frame_to_frame():
    scene = _renderer().scene
    motion = np.repeat(idle_motion(np.random.default_rng(0), 1, 28), 3, 0)
    renderer = StreamRenderer(scene, motion, 0)
    a, b = (renderer.frame(i)[0].astype(int) for i in (0, 1))
    assert 0.3 < np.abs(a - b).mean() < 12


@pytest.mark.parametrize('seed', range(6))
def test_joints_lie_on_the_drawn_person(seed):
    renderer = _renderer(label=(9, 8, 12, 3, 4, 17)[seed], seed=seed,
                         size=(160, 120))
    camera = renderer.scene.camera
    pixels = camera.project(camera.to_camera(renderer.figure.joints))
    names = ['head', 'neck', 'spine_mid', 'elbow_l', 'elbow_r', 'wrist_l',
             'wrist_r', 'hand_l', 'hand_r', 'knee_l', 'knee_r']
    for index in (0, 24, 47):
        mask = renderer.mask(index)
        assert 0.03 < mask.mean() < 0.5
        for name in names:
            column, row = np.round(pixels[index, JOINT[name]]).astype(int)
            if 0 <= row < 120 and 0 <= column < 160:
                assert mask[row, column], (name, index)


def test_person_is_nearer_than_the_wall_in_the_depth_picture():
    renderer = _renderer()
    depth, mask = renderer.depth(24), renderer.mask(24)
    metres = depth / 255 * renderer.max_depth
    body = metres[mask]
    distance = renderer.scene.camera.distance
    assert abs(np.median(body) - distance) < 0.25
    assert body.max() < np.median(metres[~mask][:500])


def test_head_is_inside_every_picture():
    for seed in range(30):
        renderer = _renderer(seed=seed)
        camera = renderer.scene.camera
        head = camera.project(camera.to_camera(
            renderer.figure.joints[:, JOINT['head']]))
        assert (head > 3).all() and (head < np.array(SIZE) - 3).all()


def test_subjects_look_different():
    scenes = [draw_scene(np.random.default_rng(s), SIZE) for s in range(30)]
    assert {s.look.style for s in scenes} == set(HAIR_STYLES)
    assert len({s.look.shirt for s in scenes}) == 30
    assert len({s.shape.stature for s in scenes}) == 30
    rooms = np.stack([s.room for s in scenes[:6]]).astype(int)
    for i in range(1, 6):
        assert np.abs(rooms[0] - rooms[i]).mean() > 5


def test_capsule_is_convex_and_reaches_both_radii():
    a, b = np.array([[10.0, 10.0]]), np.array([[30.0, 10.0]])
    shape = capsules(a, b, np.array([4.0]), np.array([2.0]))[0]
    assert shape[:, 0].min() == pytest.approx(6)
    assert shape[:, 0].max() == pytest.approx(32)
    edge = np.roll(shape, -1, 0) - shape
    after = np.roll(edge, -1, 0)
    turn = edge[:, 0] * after[:, 1] - edge[:, 1] * after[:, 0]
    assert (turn > -1e-9).all()


def test_capsule_of_no_length_is_a_circle():
    a = np.zeros((1, 2))
    shape = capsules(a, a, np.array([3.0]), np.array([3.0]))[0]
    np.testing.assert_allclose(np.hypot(*shape.T), 3.0)


def test_spline_passes_through_its_corners():
    matrix = spline_matrix(5, 4)
    corners = np.random.default_rng(0).normal(size=(5, 2))
    np.testing.assert_allclose((matrix @ corners)[::4], corners)
    np.testing.assert_allclose(matrix.sum(1), 1)


def test_ellipse_closes_without_a_double_point():
    ring = ellipse((1, 2, 3), (4, 5), 8)
    assert len(np.unique(ring.round(9), axis=0)) == 8
    np.testing.assert_allclose(
        ((ring[:, 0] - 1) / 4)**2 + ((ring[:, 1] - 2) / 5)**2, 1)


def test_tone_stays_a_colour():
    assert tone((100, 200, 250), 1.5) == (150, 255, 255)
    assert tone((100, 200, 250), 0.0) == (0, 0, 0)
