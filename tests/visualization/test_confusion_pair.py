import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mmgesture.visualization.confusion_pair import (confusion_pair_figure,
                                                    draw_confusion_pair)

CLASSES = ['a', 'Scratching or touching facial parts other than eyes', 'c']
A = np.array([[3, 1, 0], [0, 0, 0], [2, 0, 398]])
B = np.array([[1, 3, 0], [0, 0, 0], [0, 0, 400]])


def texts_outside(figure):
    """Texts that the figure's edge cuts off."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.canvas.draw()
    width, height = figure.bbox.width, figure.bbox.height
    outside = []
    for text in figure.findobj(lambda item: hasattr(item, 'get_text')):
        if not text.get_visible() or not text.get_text().strip():
            continue
        box = text.get_window_extent(renderer)
        if (box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height):
            outside.append(text.get_text())
    return outside


def test_both_matrices_show_shares_on_one_scale_and_clips_in_the_cells():
    figure = confusion_pair_figure(A, B, CLASSES, ('x', 'y'))
    for axes, counts in zip(figure.axes[:2], (A, B)):
        image = axes.images[0]
        total = np.maximum(counts.sum(1, keepdims=True), 1)
        np.testing.assert_allclose(image.get_array(), counts / total)
        assert image.get_clim() == (0, 1)
        drawn = {t.get_position(): t.get_text() for t in axes.texts}
        assert drawn == {(c, r): str(counts[r, c])
                         for r, c in np.argwhere(counts)}
    titles = [axes.get_title() for axes in figure.axes[:2]]
    assert titles == ['A: x, top-1 99.3 %', 'B: y, top-1 99.3 %']


def test_pairs_are_framed_and_listed_with_both_counts():
    figure = confusion_pair_figure(A, B, CLASSES, pairs=[(0, 1), (2, 0)])
    for axes in figure.axes[:2]:
        frames = [p.get_xy() for p in axes.patches if not p.get_fill()]
        assert frames == [(0.5, -0.5), (-0.5, 1.5)]  # column, row
    listed = figure.axes[-1]
    labels = [label.get_text() for label in listed.get_yticklabels()]
    assert labels[0].startswith('0 a (4)\n→ 1 Scratching')
    assert labels[1] == '2 c (400)\n→ 0 a'
    points = [c.get_offsets()[:, 0].tolist() for c in listed.collections[1:]]
    assert points == [[1, 2], [3, 0]]
    assert [t.get_text() for t in listed.texts][:2] == ['+2', '−2']


def test_key_names_every_class_in_full_with_its_clips():
    figure = confusion_pair_figure(A, B, CLASSES)
    key = [t.get_text() for axes in figure.axes for t in axes.texts]
    assert f'1  {CLASSES[1]} (0)' in key
    assert '2  c (400)' in key


@pytest.mark.parametrize('number', [2, 17, 52])
def test_no_text_is_cut_off_for_any_number_of_classes(number):
    generator = np.random.default_rng(number)
    a = generator.binomial(1, 2 / number, (number, number))
    a[np.diag_indices(number)] = 1200
    b = np.roll(a, 1, axis=1)
    names = [f'Touching or covering the suprasternal notch {i}'
             for i in range(number)]
    pairs = [(0, 1)] + [(i, 0) for i in range(1, min(number, 12))]
    figure = confusion_pair_figure(a, b, names, pairs=pairs, title='t')
    assert texts_outside(figure) == []


def test_file_is_written_and_nothing_else(tmp_path):
    draw_confusion_pair(A, B, CLASSES, tmp_path / 'm.png', dpi=50)
    assert [entry.name for entry in tmp_path.iterdir()] == ['m.png']
    assert (tmp_path / 'm.png').read_bytes().startswith(b'\x89PNG')


def test_shapes_and_names_are_checked():
    with pytest.raises(ValueError, match=r'\(3, 3\).*got \(2, 2\)'):
        confusion_pair_figure(A, B[:2, :2], CLASSES)
    with pytest.raises(ValueError, match='2 models, got 1'):
        confusion_pair_figure(A, B, CLASSES, names=['x'])
