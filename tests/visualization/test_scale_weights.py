import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mmgesture.visualization.scale_weights import (draw_scale_weights,
                                                   scale_weights_figure)

MEAN = np.array([[0.2, 0.3, 0.5], [np.nan] * 3, [0.6, 0.3, 0.1]])
SPREAD = np.array([[0.1, 0.05, 0.1], [np.nan] * 3, [np.nan] * 3])
NAMES = ['a', 'Scratching or touching facial parts other than eyes', 'c']
SCALES = ['win@3×3×3', 'win@5×5×5', 'win@7×7×7']


def figure():
    return scale_weights_figure(MEAN, SPREAD, [5, 0, 1], NAMES, SCALES)


def test_bars_are_the_means_and_start_at_zero():
    axes = figure().axes[0]
    for scale, bars in enumerate(axes.containers[::2]):
        widths = [bar.get_width() for bar in bars]
        np.testing.assert_allclose(widths, np.nan_to_num(MEAN[:, scale]))
    assert axes.get_xlim()[0] == 0


def test_whiskers_are_drawn_only_where_a_spread_is_known():
    axes = figure().axes[0]
    whiskers = [c for c in axes.containers if hasattr(c, 'has_xerr')]
    assert len(whiskers) == 3
    segments = whiskers[0].lines[2][0].get_segments()
    assert len(segments) == 1
    np.testing.assert_allclose(segments[0][:, 0], [0.1, 0.3])


def test_class_without_clips_keeps_its_place_and_says_so():
    axes = figure().axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[0] == 'a (5)' and labels[2] == 'c (1)'
    assert labels[1].startswith('Scratching') and labels[1].endswith('(0)')
    note = axes.texts[0]
    assert note.get_text() == 'no clips'
    assert note.get_position()[1] == axes.get_yticks()[1]


def test_plain_average_is_marked_and_scales_are_named():
    made = figure()
    legend = [t.get_text() for t in made.legends[0].get_texts()]
    assert legend == SCALES + ['plain average (1/3)']
    assert made.axes[0].lines[-1].get_xdata()[0] == pytest.approx(1 / 3)


@pytest.mark.parametrize('number', [1, 17, 52])
def test_no_text_is_cut_off(number):
    mean = np.full((number, 3), 1 / 3)
    made = scale_weights_figure(mean, mean / 10, [100] * number,
                                [NAMES[1]] * number, SCALES, title='t')
    renderer = FigureCanvasAgg(made).get_renderer()
    made.canvas.draw()
    box = made.get_tightbbox(renderer)  # inches
    assert box.x0 >= 0 and box.y0 >= 0
    assert box.x1 <= made.get_figwidth() and box.y1 <= made.get_figheight()


def test_file_is_written_and_shapes_are_checked(tmp_path):
    draw_scale_weights(MEAN, SPREAD, [5, 0, 1], NAMES, SCALES,
                       tmp_path / 's.pdf')
    assert [entry.name for entry in tmp_path.iterdir()] == ['s.pdf']
    with pytest.raises(ValueError, match=r'\(3, 3\)'):
        scale_weights_figure(MEAN[:2], SPREAD, [5, 0, 1], NAMES, SCALES)
