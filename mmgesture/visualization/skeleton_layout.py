"""The skeleton layouts, drawn on one standing figure."""
import math
from pathlib import Path
from typing import Dict, Optional, Sequence, Tuple, Union

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mmgesture.fileio import atomic_path
from mmgesture.structures.skeleton import (SkeletonLayout, get_layout,
                                           layout_names)
from .palette import OKABE_ITO
from .text_fit import NORMAL, SMALL

#: Inches: width of the figure, height of a row of panels.
WIDTH, ROW, FOOT = 7.2, 3.3, 0.35
COLUMNS = 3
#: Up to so many joints, every one has its number beside it.
NUMBERED = 28

#: Right half of the body, seen from the front (the person's right is to the
#: left of the picture), y up; left joints are mirrored.
_MIDDLE = dict(
    nose=(0, 8.6), face=(0, 8.6), head=(0, 9.7), neck=(0, 7.3),
    spine_shoulder=(0, 6.6), spine_mid=(0, 5.2), belly=(0, 5.2),
    spine_base=(0, 3.9), mid_hip=(0, 3.9))
_RIGHT = dict(
    eye=(-.45, 9.05), ear=(-.95, 8.75), shoulder=(-1.5, 6.9),
    elbow=(-2.2, 5.4), wrist=(-2.6, 3.9), hand=(-2.85, 3.1),
    hand_tip=(-3.05, 2.2), thumb=(-1.8, 2.9), hip=(-.8, 3.8),
    knee=(-.95, 1.9), ankle=(-1.05, 0.1), foot=(-1.4, -.5),
    heel=(-.8, -.4), big_toe=(-1.35, -.75), small_toe=(-1.8, -.45),
    hand_wrist=(-2.68, 3.55))
_KINDS = (('face, head', 4, ('head', 'face')), ('arms', 5, ('arm', )),
          ('hands', 2, ('hand', )), ('torso', 6, ('torso', )),
          ('legs, feet', 1, ('leg', 'foot')))


def joint_positions(layout: SkeletonLayout) -> Dict[int, Tuple[float, float]]:
    """Where each joint is drawn.

    Args:
        layout (SkeletonLayout): Any.

    Returns:
        dict: Joint to (x, y), y up; face and hands are drawn too large.

    Raises:
        ValueError: If a joint has no place; names it.
    """
    places = {}
    for joint, name in enumerate(layout.joints):
        place = _MIDDLE.get(name)
        if place is None and name.startswith('right_'):
            place = _right(name[6:])
        elif place is None and name.startswith('left_'):
            place = _right(_mirrored(layout, joint)[6:])
            place = place and (-place[0], place[1])
        if place is None:
            place = _face(name)
        if place is None:
            raise ValueError(f'expected a place for every joint, {name!r} of '
                             f'{layout.name!r} has none')
        places[joint] = place
    return places


def _mirrored(layout: SkeletonLayout, joint: int) -> str:
    return layout.joints[int(layout.flip_index[joint])]


def _right(name: str) -> Optional[Tuple[float, float]]:
    if name in _RIGHT:
        return _RIGHT[name]
    stem, _, number = name.rpartition('_')
    if not number.isdigit():
        return (-.5, 9.05) if name == 'pupil' else None
    number = int(number)
    wrist = _RIGHT['wrist']
    fan = dict(thumb=0, index=1, middle=2, ring=3, little=4)
    if stem in fan:
        return _ray(wrist, fan[stem] / 4, 0.4 + 0.4 * number)
    if stem == 'finger':
        return _ray(wrist, number / 4, 1.75)
    if stem == 'hand':  # six on the wrist
        return _ray(wrist, number / 5, 1.75)
    if stem == 'brow':
        return -.95 + .18 * number, 9.6 + .12 * math.sin(number * math.pi / 4)
    if stem == 'eye':
        angle = math.pi - number * math.pi / 3
        return -.5 + .22 * math.cos(angle), 9.05 + .13 * math.sin(angle)
    return None


def _ray(wrist: Tuple[float, float], fraction: float,
         length: float) -> Tuple[float, float]:
    angle = math.radians(-40 - 110 * fraction)  # the thumb is inside
    return (wrist[0] + length * math.cos(angle),
            wrist[1] + length * math.sin(angle))


def _face(name: str) -> Optional[Tuple[float, float]]:
    stem, _, number = name.rpartition('_')
    if not number.isdigit():
        return None
    number = int(number)
    if stem == 'jaw':
        angle = math.pi * (1 + number / 16)
        return 1.25 * math.cos(angle), 8.9 + 1.45 * math.sin(angle)
    if stem == 'nose_bridge':
        return 0, 9.25 - .17 * number
    if stem == 'nostril':
        return .14 * (number - 2), 8.52 - .06 * (2 - abs(number - 2))
    if stem in ('mouth_outer', 'mouth_inner'):
        count, wide = (12, .5) if stem == 'mouth_outer' else (8, .34)
        angle = math.pi - 2 * math.pi * number / count
        return wide * math.cos(angle), 8.0 + .42 * wide * math.sin(angle)
    if stem == 'face':  # points whose meaning is not known: a ring
        angle = math.pi / 2 + math.pi / 6 + number * math.pi / 3
        return 1.5 * math.cos(angle), 8.6 + 1.5 * math.sin(angle)
    return None


def draw_layouts(path: Union[str, Path],
                 names: Optional[Sequence[str]] = None,
                 dpi: int = 200) -> None:
    """Draw layouts side by side.

    Args:
        path (str | Path): Image to write; the suffix says which kind.
        names (Sequence[str], optional): Layouts; None: all. Defaults to
            None.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.

    Raises:
        ValueError: If there is no layout of a name.
    """
    figure = layouts_figure(names)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)


def layouts_figure(names: Optional[Sequence[str]] = None) -> Figure:
    """Build the figure of :func:`draw_layouts`.

    Colours are kinds of parts; circles are joints in the middle and on the
    person's right, squares those on the left; the ring is the centre. Small
    layouts have the number of every joint.

    Args:
        names (Sequence[str], optional): Layouts; None: all. Defaults to
            None.

    Returns:
        Figure: The figure, without a canvas.

    Raises:
        ValueError: If there is no layout of a name.
    """
    layouts = [get_layout(n) for n in names or layout_names()]
    columns = min(COLUMNS, len(layouts))
    rows = -(-len(layouts) // columns)
    height = rows * ROW + FOOT
    figure = Figure(figsize=(WIDTH, height))
    for index, layout in enumerate(layouts):
        row, column = divmod(index, columns)
        axes = figure.add_axes(
            ((column + .01) / columns, 1 - (row + 1) * ROW / height,
             .98 / columns, (ROW - .25) / height))
        _draw_layout(axes, layout)
    handles = [
        Line2D([], [], color=_color(number), marker='o', label=kind)
        for kind, number, _ in _KINDS
    ]
    for marker, label in (('o', 'right, middle'), ('s', 'left')):
        handles.append(Line2D([], [], color='black', marker=marker,
                              linestyle='', label=label))
    handles.append(Line2D([], [], color='black', marker='o', markersize=9,
                          fillstyle='none', linestyle='', label='centre'))
    figure.legend(
        handles=handles, loc='lower center', ncol=len(handles),
        fontsize=SMALL, frameon=False, markerscale=.7, columnspacing=1.1,
        handlelength=1.2)
    return figure


def _color(number: int) -> tuple:
    return tuple(part / 255 for part in OKABE_ITO[number])


def _draw_layout(axes, layout: SkeletonLayout) -> None:
    places = joint_positions(layout)
    colors = {}
    for part, joints in layout.parts.items():
        number = next(n for _, n, words in _KINDS
                      if any(word in part for word in words))
        colors.update(dict.fromkeys(joints, _color(number)))
    dense = layout.num_joints > NUMBERED
    size = 2.0 if layout.num_joints > 100 else 3.2 if dense else 4.2
    for near, far in layout.edges:
        axes.plot(*zip(places[near], places[far]), color=colors[far],
                  linewidth=.8 if dense else 1.2, zorder=1)
    left = set(layout.left)
    for joint, (x, y) in places.items():
        axes.plot(x, y, marker='s' if joint in left else 'o',
                  color=colors[joint], markersize=size, zorder=2)
        if not dense:
            side = -1 if x < 0 else 1
            aside = side * (.45 if joint == layout.center else .24)
            # in the middle the limbs go sideways: below them is room
            below = .3 if x == 0 else 0
            axes.annotate(
                str(joint), (x + aside, y - below), fontsize=SMALL,
                zorder=3, ha='right' if side < 0 else 'left', va='center')
    axes.plot(*places[layout.center], marker='o', fillstyle='none',
              color='black', markersize=9, zorder=4)
    axes.set_title(
        f'{layout.name}\n{layout.num_joints} joints, {len(layout.edges)} '
        'edges', fontsize=NORMAL, pad=1)
    axes.set_xlim(-5.3, 5.3)
    axes.set_ylim(-1.2, 10.5)
    axes.set_aspect('equal')
    axes.axis('off')
