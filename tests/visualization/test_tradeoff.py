"""Also of point_names.py, which writes the names beside the points."""
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Annotation

from mmgesture.visualization import (TradeoffPoint, bubble_figure,
                                     line_figure)
from mmgesture.visualization.tradeoff import (FAMILY_COLORS, MEANING, SIZE,
                                              save_figure)


def point(name='A', family='CNN', cost=10., accuracy=50., measured=True,
          **changes):
    return TradeoffPoint(name, family, cost, accuracy, measured, **changes)


CROWD = [
    point('MSF-Mamba-S', 'MSF-Mamba', 219, 54.7, False, variant='S', size=33),
    point('MSF-Mamba-M', 'MSF-Mamba', 593, 59.7, False, variant='M', size=92),
    point('MSF-Mamba-S', 'MSF-Mamba', 219, 53.9, True, variant='S', size=33,
          spread=1.),
    point('MSF-Mamba-S+', 'MSF-Mamba+', 627, 56.2, False, size=99),
    point('VideoMamba', 'VideoMamba', 169, 53.3, False, variant='S', size=25),
    point('TSM', cost=131, accuracy=47.1, measured=False, size=24),
    point('MA-Net', cost=131, accuracy=48.7, measured=False, size=32),
    point('I3D', cost=33, accuracy=28.4, measured=False, size=27),
    point('mine', 'another', 140, 48, size=30),
]


def names_of(figure):
    return [t for t in figure.axes[0].texts
            if isinstance(t, Annotation) and t.get_text()]


def boxes_of(figure):
    renderer = FigureCanvasAgg(figure).get_renderer()
    return np.array([t.get_window_extent(renderer).extents
                     for t in names_of(figure)])


def legend_texts(figure):
    return [t.get_text().replace('\n', ' ') for legend in figure.legends
            for t in legend.get_texts()]


@pytest.mark.parametrize('draw', [
    lambda: line_figure(CROWD, 'GFLOPs', 'top-1'),
    lambda: bubble_figure(CROWD, 'GFLOPs', 'top-1', 'parameters'),
])
def test_names_lie_inside_and_on_nothing_else(draw):
    figure = draw()
    boxes = boxes_of(figure)
    assert len(boxes) == len(CROWD)
    for i, a in enumerate(boxes):
        for b in boxes[i + 1:]:
            width = min(a[2], b[2]) - max(a[0], b[0])
            height = min(a[3], b[3]) - max(a[1], b[1])
            assert width <= 0 or height <= 0
    frame = figure.axes[0].get_window_extent().extents
    assert (boxes[:, :2] >= frame[:2]).all()
    assert (boxes[:, 2:] <= frame[2:]).all()


def test_text_is_readable_in_print():
    figure = bubble_figure(CROWD, 'x', 'y', 'size', 'a note')
    assert tuple(figure.get_size_inches()) == SIZE and SIZE[0] <= 7
    texts = [*names_of(figure), *figure.axes[0].get_xticklabels(),
             figure.axes[0].xaxis.label, figure.axes[0].yaxis.label]
    texts += [t for legend in figure.legends for t in legend.get_texts()]
    assert min(t.get_fontsize() for t in texts) >= 7


def test_area_of_a_bubble_grows_with_the_size():
    points = [point(size=10), point('B', cost=20, size=40)]
    figure = bubble_figure(points, 'x', 'y', 'size')
    areas = sorted(float(c.get_sizes()[0])
                   for c in figure.axes[0].collections)
    assert areas[1] == pytest.approx(4 * areas[0])


def test_where_a_number_comes_from_shows_in_shape_and_legend():
    figure = bubble_figure([point(), point('B', cost=20, measured=False)],
                           'x', 'y', 'size')
    vertices = {len(c.get_paths()[0].vertices)
                for c in figure.axes[0].collections}
    assert len(vertices) == 2  # a square and a circle
    texts = legend_texts(figure)
    assert MEANING[True] in texts and MEANING[False] in texts
    texts = legend_texts(line_figure([point()], 'x', 'y'))
    assert MEANING[True] in texts and MEANING[False] not in texts


def test_families_have_colours_of_their_own():
    assert len(set(FAMILY_COLORS.values())) == len(FAMILY_COLORS)
    points = [point(str(i), f'family {i}', 10. + i) for i in range(2)]
    colors = {tuple(c.get_facecolor()[0])
              for c in line_figure(points, 'x', 'y').axes[0].collections}
    assert len(colors) == 2


def test_lines_join_a_family_in_the_order_of_cost():
    points = [point(cost=30, accuracy=3), point(cost=10, accuracy=1),
              point(cost=20, accuracy=2),
              point(cost=15, accuracy=9, measured=False)]
    lines = [line for line in line_figure(points, 'x', 'y').axes[0].lines]
    assert [list(line.get_xdata()) for line in lines] == [[10, 20, 30], [15]]
    assert [line.get_linestyle() for line in lines] == ['-', '--']


def test_variant_stands_for_the_name_in_lines():
    points = [point('MSF-Mamba-S', variant='S'), point('TSN', cost=20.)]
    found = {t.get_text() for t in names_of(line_figure(points, 'x', 'y'))}
    assert found == {'S', 'TSN'}
    found = {t.get_text()
             for t in names_of(bubble_figure(points, 'x', 'y', 'size'))}
    assert found == {'MSF-Mamba-S', 'TSN'}


def test_wide_range_of_costs_is_logarithmic():
    near = [point(cost=10.), point('B', cost=30.)]
    far = [point(cost=10.), point('B', cost=1000.)]
    assert line_figure(near, 'x', 'y').axes[0].get_xscale() == 'linear'
    assert line_figure(far, 'x', 'y').axes[0].get_xscale() == 'log'


def test_single_point_can_be_drawn():
    figure = bubble_figure([point()], 'x', 'y', 'size')
    left, right = figure.axes[0].get_xlim()
    assert left < 10 < right


def test_nothing_and_costs_below_zero_are_refused():
    with pytest.raises(ValueError, match='at least one point'):
        line_figure([], 'x', 'y')
    with pytest.raises(ValueError, match='A: expected a positive cost.*0'):
        bubble_figure([point(cost=0.)], 'x', 'y', 'size')


def test_every_suffix_gets_its_file(tmp_path):
    figure = line_figure(CROWD, 'GFLOPs', 'top-1')
    paths = [tmp_path / f'f.{s}' for s in ('png', 'pdf', 'svg')]
    save_figure(figure, paths)
    assert paths[0].read_bytes().startswith(b'\x89PNG')
    assert paths[1].read_bytes().startswith(b'%PDF')
    assert '<svg' in paths[2].read_text()
    assert len(list(tmp_path.iterdir())) == 3
