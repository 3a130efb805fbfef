import numpy as np
import pytest
from mmaction.datasets.transforms import GeneratePoseTarget

from mmgesture.datasets.transforms import GestureGeneratePoseTarget
from mmgesture.structures.skeleton import get_layout

LAYOUT = get_layout('coco-17')


def clip(seed=0, persons=2, frames=3, shape=(24, 31), layout=LAYOUT):
    """Random skeletons: absent joints, joints outside, limbs of length 0."""
    rng = np.random.default_rng(seed)
    joints = layout.num_joints
    size = np.array(shape[::-1])
    keypoint = rng.uniform(-.3, 1.3, (persons, frames, joints, 2)) * size
    score = rng.uniform(0, 1, (persons, frames, joints))
    score[rng.random(score.shape) < .2] = 0
    first, second = layout.edges[1]
    keypoint[:, 0, second] = keypoint[:, 0, first] + .3  # under a pixel
    keypoint[0, -1, 0] = size - .01  # in the corner
    keypoint[-1, -1, 1] = -1.9  # 3 sigma reach to between -1 and 0
    return dict(
        keypoint=keypoint.astype(np.float32),
        keypoint_score=score.astype(np.float32),
        img_shape=shape,
        layout=layout.name)


def theirs(results, layout=LAYOUT, **options):
    pairs = layout.limb_flip_pairs
    return GeneratePoseTarget(
        skeletons=layout.edges, left_kp=layout.left, right_kp=layout.right,
        left_limb=[i for i, _ in pairs], right_limb=[j for _, j in pairs],
        **options)(dict(results))['imgs']


def ours(results, **options):
    return GestureGeneratePoseTarget(**options)(dict(results))['imgs']


def exact(results, sigma=.6):
    """Distances to limbs in float64, pixel by pixel, no boxes."""
    height, width = results['img_shape']
    y, x = np.mgrid[:height, :width]
    pixels = np.stack([x, y], -1).astype(np.float64)
    maps = np.zeros((results['keypoint'].shape[1], len(LAYOUT.edges),
                     height, width))
    for points, scores in zip(results['keypoint'].astype(np.float64),
                              results['keypoint_score']):
        for frame in range(len(points)):
            for limb, (i, j) in enumerate(LAYOUT.edges):
                a, b = points[frame, [i, j]]
                t = np.clip((pixels - a) @ (b - a) / ((b - a)**2).sum(), 0, 1)
                square = ((pixels - a - t[..., None] * (b - a))**2).sum(-1)
                peak = min(scores[frame, i], scores[frame, j])
                maps[frame, limb] = np.maximum(
                    maps[frame, limb],
                    peak * np.exp(-square / (2 * sigma**2)))
    return maps


@pytest.mark.parametrize('persons', [1, 2, 3])
@pytest.mark.parametrize('options', [
    dict(), dict(sigma=2.), dict(use_score=False), dict(scaling=.25),
    dict(double=True)], ids=str)
def test_joints_equal_those_of_mmaction2(persons, options):
    for seed in range(3):
        results = clip(seed, persons)
        np.testing.assert_allclose(
            ours(results, **options), theirs(results, **options), rtol=0,
            atol=1e-5)


@pytest.mark.parametrize('persons', [1, 2, 3])
@pytest.mark.parametrize('options', [
    dict(), dict(sigma=2.), dict(use_score=False), dict(scaling=.25),
    dict(double=True)], ids=str)
def test_limbs_equal_those_of_mmaction2(persons, options):
    options = dict(with_kp=False, with_limb=True, **options)
    for seed in range(3):
        results = clip(seed, persons)
        # its float32 loses digits in differences of squares; see below
        np.testing.assert_allclose(
            ours(results, **options), theirs(results, **options), rtol=0,
            atol=2e-4)


def test_limbs_are_nearer_to_the_exact_values_than_those_of_mmaction2():
    # one person, so that a value is above 0 just within the limb's own box
    results = clip(5, persons=1)
    results['keypoint'][:, 0] = results['keypoint'][:, 1]  # nothing short
    options = dict(with_kp=False, with_limb=True)
    true = exact(results)
    found, reference = ours(results, **options), theirs(results, **options)
    within = (found > 0) & (reference > 0)
    our = np.abs(found - true)[within].max()
    their = np.abs(reference - true)[within].max()
    assert our < 1e-5 and our <= their, (our, their)


@pytest.mark.parametrize('seed', range(3))
def test_layout_of_36_joints_equals_mmaction2(seed):
    layout = get_layout('imigue-36')
    results = clip(seed, 1, 4, (56, 56), layout)
    for options, atol in ((dict(), 1e-5),
                          (dict(with_kp=False, with_limb=True), 2e-4)):
        np.testing.assert_allclose(
            ours(results, double=True, **options),
            theirs(results, layout, double=True, **options), rtol=0,
            atol=atol)


def test_joints_and_limbs_together_stand_behind_each_other():
    results = clip()
    both = ours(results, with_limb=True, double=True)
    joints = ours(results, double=True)
    limbs = ours(results, with_kp=False, with_limb=True, double=True)
    assert both.shape[1] == 17 + len(LAYOUT.edges)
    np.testing.assert_allclose(
        both, np.concatenate([joints, limbs], 1), rtol=0, atol=1e-6)


def test_pixel_values_are_those_worked_by_hand():
    keypoint = np.array([[[[3, 2], [3, 5]]]], np.float32)
    score = np.array([[[.5, 1]]], np.float32)
    transform = GestureGeneratePoseTarget(sigma=1, with_limb=True)
    joint, _, limb = transform.heatmaps(keypoint, score, (9, 9), [(0, 1)])[0]
    assert joint[2, 3] == .5
    assert joint[2, 4] == pytest.approx(.5 * np.exp(-.5))
    assert joint[2, 6] == pytest.approx(.5 * np.exp(-4.5))  # 3 sigma away
    assert joint[2, 7] == 0
    assert limb[2, 3] == limb[4, 3] == limb[5, 3] == .5
    assert limb[4, 5] == pytest.approx(.5 * np.exp(-2))
    assert limb[7, 3] == pytest.approx(.5 * np.exp(-2))  # behind its end


def test_absent_joints_leave_black_planes_and_nothing_stops():
    results = clip(persons=1)
    results['keypoint'][0, 0, 3] = np.nan
    results['keypoint'][0, 1, 4] = np.inf
    results['keypoint'][0, 1, 5] = 1e30
    results['keypoint_score'][0, 2, 6] = np.nan
    results['keypoint_score'][0, 2, 7] = 0
    maps = ours(results, with_limb=True)
    assert np.isfinite(maps).all()
    for frame, joint in ((0, 3), (1, 4), (1, 5), (2, 6), (2, 7)):
        assert not maps[frame, joint].any()
        touched = [17 + i for i, edge in enumerate(LAYOUT.edges)
                   if joint in edge]
        assert touched and not maps[frame, touched].any()


def test_clip_without_a_person_is_black():
    results = clip(persons=1)
    results['keypoint_score'][:] = 0
    assert not ours(results, with_limb=True).any()
    results['keypoint'] = results['keypoint'][:0]
    results['keypoint_score'] = results['keypoint_score'][:0]
    assert ours(results).shape == (3, 17, 24, 31)


def test_tiny_image_and_missing_scores():
    results = clip(persons=2, shape=(2, 3))
    np.testing.assert_allclose(ours(results), theirs(results), atol=1e-5)
    del results['keypoint_score']
    np.testing.assert_allclose(ours(results), theirs(results), atol=1e-5)


def test_input_is_left_alone_and_images_keep_their_place():
    results = clip()
    before = results['keypoint'].copy()
    results['imgs'] = ['frame']
    found = GestureGeneratePoseTarget(scaling=.5)(results)
    assert found['imgs'] == ['frame']
    assert found['heatmap_imgs'].shape == (3, 17, 12, 16)
    np.testing.assert_array_equal(found['keypoint'], before)


def test_wrong_requests_are_errors():
    with pytest.raises(ValueError, match='with_kp, with_limb or both'):
        GestureGeneratePoseTarget(with_kp=False)
    with pytest.raises(ValueError, match='positive sigma'):
        GestureGeneratePoseTarget(sigma=0)
    with pytest.raises((KeyError, ValueError)):
        GestureGeneratePoseTarget(layout='no-such-layout')
    results = clip()
    with pytest.raises(ValueError, match='36 joints, the sample'):
        ours(results, layout='imigue-36', with_limb=True)
    del results['layout']
    with pytest.raises(ValueError, match='need a layout'):
        ours(results, double=True)
    assert ours(results).shape[1] == 17
