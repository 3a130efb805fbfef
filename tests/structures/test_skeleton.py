"""Layouts: skeleton, skeleton_openpose, skeleton_ma52, skeleton_bodies."""
from dataclasses import replace

import numpy as np
import pytest

from mmgesture.structures.skeleton import (SkeletonLayout, get_layout,
                                           joint_indices, layout_names)
from mmgesture.structures.skeleton_openpose import (IMIGUE_22_POINTS,
                                                    IMIGUE_36_POINTS)

NAMES = ('openpose-137', 'imigue-36', 'imigue-22', 'ma52-44', 'ma52-28',
         'kinect-25', 'coco-17', 'halpe-26', 'jhmdb-15')


def arm(**changes):
    """Neck with a left and a right shoulder."""
    return SkeletonLayout(**{
        **dict(
            name='arm',
            joints=('neck', 'left_shoulder', 'right_shoulder'),
            edges=((0, 1), (0, 2)),
            flip_pairs=((1, 2), ),
            parts=dict(torso=(0, ), arms=(1, 2)),
            center=0),
        **changes
    })


def test_all_nine_layouts_are_there():
    assert layout_names() == NAMES


@pytest.mark.parametrize('name', NAMES)
def test_layout_has_its_size_and_a_sound_flip(name):
    layout = get_layout(name)
    assert layout.num_joints == int(name.split('-')[1])
    flip = layout.flip_index
    assert (flip[flip] == np.arange(layout.num_joints)).all()
    # whoever is called left or right has a partner
    for joint, text in enumerate(layout.joints):
        assert (flip[joint] != joint) == (
            'left_' in text or 'right_' in text or joint in layout.left
            or joint in layout.right), text
    assert sorted(layout.part_order) == list(range(layout.num_joints))


@pytest.mark.parametrize('name', NAMES)
def test_every_joint_reaches_a_root_by_edges(name):
    layout = get_layout(name)
    linked = {frozenset(e) for e in layout.edges}
    roots = set()
    for joint in range(layout.num_joints):
        for _ in range(layout.num_joints):
            parent = layout.parents[joint]
            if parent == joint:
                break
            assert frozenset((joint, parent)) in linked
            joint = parent
        roots.add(joint)
    assert layout.center in roots
    assert len(roots) == (2 if name == 'imigue-36' else 1)


def test_a_tree_of_edges_is_its_own_bones():
    layout = get_layout('imigue-22')
    assert {(layout.parents[far], far)
            for _, far in layout.edges} == set(layout.edges)


def test_the_mouth_of_imigue_36_hangs_on_nothing():
    layout = get_layout('imigue-36')
    assert layout.parents[20] == 20
    assert {layout.parents[j] for j in (21, 23)} == {20}


def test_imigue_36_limbs_mirror_as_published():
    left = [1, 2, 5, 7, 8, 9, 13, 16, 17, 18, 19, *range(23, 29)]
    right = [3, 4, 6, 10, 11, 12, 14, 15, 20, 21, 22, *range(29, 35)]
    assert len(get_layout('imigue-36').edges) == 36
    pairs = get_layout('imigue-36').limb_flip_pairs
    assert {frozenset(p) for p in pairs} == {
        frozenset(p) for p in zip(left, right)}


def test_imigue_22_flips_and_parts_are_by_hand():
    layout = get_layout('imigue-22')
    assert {frozenset(p) for p in layout.flip_pairs} == {
        frozenset(p) for p in ((2, 5), (3, 6), (4, 7), (8, 9), (10, 11),
                               (12, 17), (13, 18), (14, 19), (15, 20),
                               (16, 21))}
    assert layout.part_order == (4, 12, 13, 14, 15, 16, 7, 17, 18, 19, 20, 21,
                                 0, 8, 9, 10, 11, 1, 2, 5, 3, 6)
    assert layout.center == 1


def test_ma52_44_parts_are_mmns():
    assert get_layout('ma52-44').part_order == (
        7, 9, *range(32, 38), 8, 10, *range(38, 44), 13, 15, 24, 22, 20, 14,
        16, 25, 23, 21, 31, 30, 27, 0, 26, 1, 29, 3, 2, 28, 4, 17, 18, 5, 6,
        19, 11, 12)
    assert get_layout('ma52-44').center == 19


def test_ma52_28_flips_are_pcans_and_the_hands():
    pairs = {frozenset(p) for p in get_layout('ma52-28').flip_pairs}
    assert pairs >= {
        frozenset(p) for p in ((2, 5), (3, 6), (4, 7), (8, 11), (9, 12),
                               (10, 13), (14, 15), (16, 17), (18, 23))}
    assert len(pairs) == 13


def test_kinect_is_the_figure_that_mini_smg_draws():
    from mmgesture.datasets.synthetic.body import KINECT_JOINTS, PARENTS
    layout = get_layout('kinect-25')

    def ours(name):
        side = dict(l='left', r='right').get(name.rpartition('_')[2])
        return f'{side}_{name[:-2]}' if side else name

    assert layout.joints == tuple(ours(n) for n in KINECT_JOINTS)
    assert {frozenset(e) for e in layout.edges} == {
        frozenset((j, p)) for j, p in enumerate(PARENTS) if j != p}


def test_137_becomes_36_and_22_by_the_lists():
    points = np.arange(137)
    assert points[joint_indices('openpose-137', 'imigue-36')].tolist() == [
        0, 1, 2, 3, 4, 5, 6, 7, 15, 16, 17, 18, 27, 29, 33, 37, 39, 44, 49,
        52, 73, 76, 79, 82, 95, 99, 103, 107, 111, 115, 116, 120, 124, 128,
        132, 136] == list(IMIGUE_36_POINTS)
    assert joint_indices('openpose-137', 'imigue-22').tolist() == [
        0, 1, 2, 3, 4, 5, 6, 7, 15, 16, 17, 18, 120, 124, 128, 132, 136, 99,
        103, 107, 111, 115] == list(IMIGUE_22_POINTS)


def test_conversion_keeps_who_mirrors_whom():
    for target in ('imigue-36', 'imigue-22'):
        index = joint_indices('openpose-137', target)
        large = get_layout('openpose-137').flip_index
        small = get_layout(target).flip_index
        assert (large[index] == index[small]).all()


def test_halpe_begins_with_coco():
    assert joint_indices('halpe-26', 'coco-17').tolist() == list(range(17))


def test_conversion_names_what_is_absent():
    with pytest.raises(ValueError, match="'coco-17' cannot become "
                       "'imigue-22': it lacks 11 of 22.*neck"):
        joint_indices('coco-17', 'imigue-22')


def test_unknown_layouts_are_refused_with_the_known():
    with pytest.raises(ValueError, match="imigue-22.*got 'imigue22'"):
        get_layout('imigue22')


def test_graph_is_what_mmaction2_takes():
    from mmaction.models.utils import Graph
    graph = Graph(layout=get_layout('imigue-22').graph(), mode='spatial')
    assert graph.A.shape == (3, 22, 22)
    assert graph.center == 1


def test_a_sound_layout_passes():
    assert arm().parents == (0, 0, 0)
    assert arm().limb_flip_pairs == ((0, 1), )


@pytest.mark.parametrize('changes,expected', [
    (dict(joints=('a', 'a', 'b'), flip_pairs=()), "'a' occurs 2 times"),
    (dict(edges=((0, 1), (0, 3))), r'edge \(0, 3\): expected joints 0..2'),
    (dict(edges=((0, 1), (1, 0), (0, 2))), 'every edge once'),
    (dict(edges=((0, 0), (0, 1), (0, 2))), 'between two joints'),
    (dict(edges=((0, 1), )), 'mirror image .* is no edge.*leave 2 pieces'),
    (dict(connected=False), 'leave 1 pieces'),
    (dict(flip_pairs=((1, 2), (2, 1))), r'once at most, \[1, 2\] come again'),
    (dict(flip_pairs=((0, 0), )), r'\[0\] come again'),
    (dict(flip_pairs=((2, 1), )), r"expected \(left, right\), got 'right"),
    (dict(flip_pairs=((0, 2), )), r"expected \(left, right\), got 'neck'"),
    (dict(flip_pairs=((1, 5), )), r'flip pair \(1, 5\)'),
    (dict(parts=dict(a=(0, 1))), r'in none \[2\]'),
    (dict(parts=dict(a=(0, 1), b=(1, 2))), r'in several \[1\]'),
    (dict(parts=dict(a=(0, 1, 2, 9))), "part 'a'"),
    (dict(center=3), r'centre \(3,\)'),
    (dict(center=-1), r'centre \(-1,\)'),
])
def test_contradictions_are_named(changes, expected):
    with pytest.raises(ValueError, match=f"layout 'arm': .*{expected}"):
        arm(**changes)


def test_a_changed_layout_is_checked_again():
    with pytest.raises(ValueError, match='centre'):
        replace(get_layout('coco-17'), center=17)
