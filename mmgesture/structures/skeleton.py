"""Named sets of joints: what keypoint files hold and models take.

A layout says which joints there are and in which order, which are linked,
which are mirror images of each other, how they fall into parts of the body,
and which is the centre. The tables stand in :mod:`.skeleton_openpose`,
:mod:`.skeleton_ma52` and :mod:`.skeleton_bodies`, each with its source.

Joints of the same name are the same point of the body in every layout, so
that one layout can be cut out of another (:func:`joint_indices`). Left and
right are the person's own.
"""
from collections import deque
from dataclasses import dataclass
from typing import Dict, List, Tuple

import numpy as np

Pair = Tuple[int, int]


@dataclass(frozen=True)
class SkeletonLayout:
    """One layout; checked when it is made.

    Attributes:
        name (str): Such as 'imigue-22'.
        joints (tuple[str, ...]): Names by joint number.
        edges (tuple[tuple[int, int], ...]): Linked joints, the one nearer to
            the centre first. Limb heat-maps have a channel for each, in this
            order.
        flip_pairs (tuple[tuple[int, int], ...]): (left, right) joints that
            mirroring exchanges; all others stay.
        parts (dict[str, tuple[int, ...]]): Joints of each part of the body;
            every joint is in one part. Their order is that in which networks
            with a part order take them.
        center (int): The joint that the others are seen from.
        connected (bool): Whether the edges link all joints. Defaults to
            True.

    Raises:
        ValueError: If the tables contradict each other; lists everything
            that is wrong.
    """

    name: str
    joints: Tuple[str, ...]
    edges: Tuple[Pair, ...]
    flip_pairs: Tuple[Pair, ...]
    parts: Dict[str, Tuple[int, ...]]
    center: int
    connected: bool = True

    def __post_init__(self) -> None:
        problems = layout_problems(self)
        if problems:
            raise ValueError(f'layout {self.name!r}: ' + '; '.join(problems))

    @property
    def num_joints(self) -> int:
        """int: Joints."""
        return len(self.joints)

    @property
    def left(self) -> Tuple[int, ...]:
        """tuple[int, ...]: ``left_kp`` of MMAction2's Flip."""
        return tuple(left for left, _ in self.flip_pairs)

    @property
    def right(self) -> Tuple[int, ...]:
        """tuple[int, ...]: ``right_kp`` of MMAction2's Flip."""
        return tuple(right for _, right in self.flip_pairs)

    @property
    def part_order(self) -> Tuple[int, ...]:
        """tuple[int, ...]: All joints, part after part."""
        return tuple(joint for part in self.parts.values() for joint in part)

    @property
    def flip_index(self) -> np.ndarray:
        """np.ndarray: Joint that mirroring puts at each place, (V,)."""
        index = np.arange(self.num_joints)
        for left, right in self.flip_pairs:
            index[left], index[right] = right, left
        return index

    @property
    def limb_flip_pairs(self) -> Tuple[Pair, ...]:
        """tuple[tuple[int, int], ...]: Edges that mirroring exchanges.

        ``left_limb`` and ``right_limb`` of MMAction2; the smaller number
        first.
        """
        flip = self.flip_index
        place = {frozenset(edge): i for i, edge in enumerate(self.edges)}
        mirrored = [
            place[frozenset((flip[a], flip[b]))] for a, b in self.edges
        ]
        return tuple((i, j) for i, j in enumerate(mirrored) if i < j)

    @property
    def parents(self) -> Tuple[int, ...]:
        """tuple[int, ...]: Of every joint the next one towards the centre.

        The tree of shortest paths along the edges, so that every joint has
        one bone, whatever rings the edges form. The centre is its own
        parent, and so is the first joint of every piece that is not linked
        to it.
        """
        parents = [-1] * self.num_joints
        neighbours = _neighbours(self)
        for root in (self.center, *range(self.num_joints)):
            if parents[root] >= 0:
                continue
            parents[root] = root
            queue = deque([root])
            while queue:
                joint = queue.popleft()
                for other in neighbours[joint]:
                    if parents[other] < 0:
                        parents[other] = joint
                        queue.append(other)
        return tuple(parents)

    def graph(self) -> dict:
        """The layout as MMAction2's ``graph_cfg`` of GCNs takes it.

        Returns:
            dict: ``num_node, inward, center``; inward edges point at the
            centre.
        """
        return dict(
            num_node=self.num_joints,
            inward=[(far, near) for near, far in self.edges],
            center=self.center)


def _neighbours(layout: SkeletonLayout) -> List[List[int]]:
    found: List[List[int]] = [[] for _ in layout.joints]
    for a, b in layout.edges:
        found[a].append(b)
        found[b].append(a)
    return found


def layout_problems(layout: SkeletonLayout) -> List[str]:
    """What contradicts itself in a layout.

    Args:
        layout (SkeletonLayout): Any, also one that is still being made.

    Returns:
        List[str]: Empty if it is sound.
    """
    number = len(layout.joints)
    joints = range(number)
    problems = []
    for name in sorted({n for n in layout.joints
                        if layout.joints.count(n) > 1}):
        problems.append(f'the joint {name!r} occurs '
                        f'{layout.joints.count(name)} times')
    numbers = [('edge', e) for e in layout.edges]
    numbers += [('flip pair', p) for p in layout.flip_pairs]
    numbers += [(f'part {name!r}', p) for name, p in layout.parts.items()]
    numbers += [('centre', (layout.center, ))]
    wrong = [f'{kind} {tuple(group)}: expected joints 0..{number - 1}'
             for kind, group in numbers if any(j not in joints for j in group)]
    if wrong:
        return problems + wrong  # the other rules would stumble over these
    linked = {frozenset(edge) for edge in layout.edges}
    if len(linked) < len(layout.edges) or any(len(e) < 2 for e in linked):
        problems.append('expected every edge once, between two joints')
    paired = [joint for pair in layout.flip_pairs for joint in pair]
    if len(set(paired)) < len(paired):
        twice = sorted({j for j in paired if paired.count(j) > 1})
        problems.append('flip pairs: expected every joint once at most, '
                        f'{twice} come again')
    else:
        problems += _mirror_problems(layout, linked)
    members = sorted(j for part in layout.parts.values() for j in part)
    if members != list(joints):
        absent = sorted(set(joints) - set(members))
        twice = sorted({j for j in members if members.count(j) > 1})
        problems.append('parts: expected every joint in one part; in none '
                        f'{absent}, in several {twice}')
    # a ring of parents that ends elsewhere than at the centre is a piece
    roots = sum(p == j for j, p in enumerate(layout.parents))
    if (roots == 1) != layout.connected:
        problems.append(f'the edges leave {roots} pieces, connected is '
                        f'{layout.connected}')
    return problems


def _mirror_problems(layout: SkeletonLayout, linked: set) -> List[str]:
    flip = layout.flip_index
    problems = []
    for left, right in layout.flip_pairs:
        # numbered runs (brows, eyes) count in opposite directions
        names = [layout.joints[j].rstrip('0123456789') for j in (left, right)]
        sided = any(n.startswith(('left_', 'right_')) for n in names)
        if sided and (not names[0].startswith('left_') or names[1] !=
                      names[0].replace('left_', 'right_', 1)):
            problems.append(
                f'flip pair {(left, right)}: expected (left, right), got '
                f'{layout.joints[left]!r}, {layout.joints[right]!r}')
    return problems + [
        f'edge {edge}: its mirror image '
        f'{tuple(int(flip[j]) for j in edge)} is no edge'
        for edge in layout.edges
        if frozenset(int(flip[j]) for j in edge) not in linked
    ]


def layout_names() -> Tuple[str, ...]:
    """Names of all layouts.

    Returns:
        tuple[str, ...]: As :func:`get_layout` takes them.
    """
    return tuple(_layouts())


def get_layout(name: str) -> SkeletonLayout:
    """Look a layout up.

    Args:
        name (str): Such as 'imigue-22'.

    Returns:
        SkeletonLayout: The layout.

    Raises:
        ValueError: If there is none of that name.
    """
    layouts = _layouts()
    if name not in layouts:
        raise ValueError(f'expected a skeleton layout of {list(layouts)}, '
                         f'got {name!r}')
    return layouts[name]


def _layouts() -> Dict[str, SkeletonLayout]:
    # here, because the tables are made with the class above
    from . import skeleton_bodies, skeleton_ma52, skeleton_openpose
    found = (*skeleton_openpose.LAYOUTS, *skeleton_ma52.LAYOUTS,
             *skeleton_bodies.LAYOUTS)
    return {layout.name: layout for layout in found}


def joint_indices(source: str, target: str) -> np.ndarray:
    """Where the joints of a layout are in a larger one.

    ``keypoints[..., joint_indices('openpose-137', 'imigue-22'), :]`` turns
    (..., 137, C) into (..., 22, C); scores (..., 137) need no last slice.

    Args:
        source (str): Name of the layout at hand.
        target (str): Name of the wanted one.

    Returns:
        np.ndarray: Shape (V of the target,), int64.

    Raises:
        ValueError: If the source lacks joints; names them.
    """
    have, want = get_layout(source), get_layout(target)
    place = {name: index for index, name in enumerate(have.joints)}
    absent = [name for name in want.joints if name not in place]
    if absent:
        raise ValueError(
            f'{source!r} cannot become {target!r}: it lacks '
            f'{len(absent)} of {want.num_joints} joints ({absent[:5]})')
    return np.array([place[name] for name in want.joints], np.int64)
