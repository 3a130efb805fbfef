from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mmgesture.structures.skeleton import get_layout
from mmgesture.visualization.joint_maps import (block_maps_figure,
                                                cases_figure, draw_block_maps,
                                                draw_cases)


def case(label=2, layout='jhmdb-15'):
    rng = np.random.RandomState(0)
    joints = get_layout(layout).num_joints
    scores = np.array([.1, .2, .4, .05, .25])
    return SimpleNamespace(
        sample_id='a_1', label=label, scores=scores, layout=layout,
        joints=rng.uniform(-1, 1, (8, joints, 2)),
        maps=[[rng.rand(8, joints), rng.rand(8, joints)],
              [rng.rand(4, joints)]],
        best=lambda n: np.argsort(-scores)[:n].tolist())


CLASSES = ['turtling neck', 'rubbing eyes', 'folding arms', 'waving', 'yawn']


def test_every_block_has_a_map_with_joints_part_by_part():
    one = case()
    figure = block_maps_figure(one, 'a title')
    FigureCanvasAgg(figure).draw()
    axes = [a for a in figure.axes if a.images]
    assert len(axes) == 3
    layout = get_layout('jhmdb-15')
    shown = axes[0].images[0].get_array()
    np.testing.assert_array_equal(
        shown, one.maps[0][0][:, list(layout.part_order)].T)
    labels = [t.get_text() for t in axes[0].get_yticklabels()]
    assert labels == [p.replace('_', ' ') for p in layout.parts]


def test_cases_show_the_true_class_in_its_colour_and_the_best_five():
    figure = cases_figure([case(), case(label=None)], CLASSES)
    FigureCanvasAgg(figure).draw()
    bars = [a for a in figure.axes if a.patches]
    assert len(bars) == 2
    colors = [tuple(np.round(p.get_facecolor(), 2)) for p in bars[0].patches]
    assert len(set(colors)) == 2 and colors.count(colors[0]) == 1
    assert [p.get_width() for p in bars[0].patches] == pytest.approx(
        [40, 25, 20, 10, 5])
    assert len({tuple(p.get_facecolor()) for p in bars[1].patches}) == 1
    titles = [a.get_title(loc='left') for a in figure.axes]
    assert 'a_1: folding arms' in titles and 'a_1: hidden' in titles


def test_figures_are_written_and_no_case_is_told(tmp_path):
    draw_block_maps(case(layout='kinect-25'), tmp_path / 'maps.png', dpi=60)
    draw_cases([case()], CLASSES, tmp_path / 'cases.png', y_up=True, dpi=60)
    for name in ('maps', 'cases'):
        assert (tmp_path / f'{name}.png').read_bytes().startswith(b'\x89PNG')
    with pytest.raises(ValueError, match='at least one case'):
        cases_figure([], CLASSES)
