import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mmgesture.visualization.training_curves import (draw_training_curves,
                                                     training_curves_figure)

RUN = dict(
    train=dict(
        loss=[(0.5, 4.0), (1.0, 2.0), (1.5, 1.0), (2.0, 1.0)],
        lr=[(0.5, 1e-3), (2.0, 1e-4)],
        top1=[(1.0, 0.25), (2.0, 0.5)]),
    val=dict(top1=[(1.0, 0.3), (2.0, 0.6)]))


def test_training_is_the_mean_of_the_epoch_and_accuracy_in_per_cent():
    loss, top1, lr = training_curves_figure([RUN], ['r']).axes
    np.testing.assert_allclose(loss.lines[0].get_xydata(), [[1, 3], [2, 1]])
    np.testing.assert_allclose(top1.lines[0].get_ydata(), [25, 50])
    np.testing.assert_allclose(top1.lines[1].get_ydata(), [30, 60])
    # the learning rate as it was logged
    np.testing.assert_allclose(lr.lines[0].get_xdata(), [0.5, 2])


def test_runs_differ_in_colour_and_mark_also_beyond_the_palette():
    figure = training_curves_figure([RUN] * 9, list('abcdefghi'))
    lines = figure.axes[1].lines[1::2]  # validation
    looks = {(line.get_color(), line.get_marker(),
              line.get_markerfacecolor()) for line in lines}
    assert len(looks) == 9
    assert [t.get_text() for t in figure.legends[1].get_texts()] == list(
        'abcdefghi')


def test_what_was_not_logged_is_said():
    figure = training_curves_figure([dict(train=dict(loss=[(1, 1)]))], ['r'])
    notes = [[t.get_text() for t in axes.texts] for axes in figure.axes]
    assert notes == [[], ['not logged'], ['not logged']]


@pytest.mark.parametrize('number', [1, 5, 20])
def test_no_text_is_cut_off(number):
    names = [f'configuration_of_some_length_{i}/seed_0' for i in range(number)]
    figure = training_curves_figure([RUN] * number, names, title='t')
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.canvas.draw()
    box = figure.get_tightbbox(renderer)  # inches
    assert box.x0 >= 0 and box.y0 >= 0
    assert (box.x1 <= figure.get_figwidth()
            and box.y1 <= figure.get_figheight())


def test_file_is_written_and_names_are_checked(tmp_path):
    draw_training_curves([RUN], ['r'], tmp_path / 't.png', dpi=50)
    assert [entry.name for entry in tmp_path.iterdir()] == ['t.png']
    with pytest.raises(ValueError, match='2 names'):
        training_curves_figure([RUN], ['r', 's'])
    with pytest.raises(ValueError, match='one or more runs'):
        training_curves_figure([], [])
