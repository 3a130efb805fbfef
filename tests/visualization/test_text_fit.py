import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmgesture.visualization.text_fit import (cut_to_width, text_width,
                                              widest, wrap_to_width)


@pytest.mark.parametrize('dpi', [100, 250, 720])
@pytest.mark.parametrize('text', [
    'Arms akimbo', '→ 12 Rubbing hands and crossing fingers (127)', 'iiii',
    '0000'
])
def test_text_is_never_drawn_wider_and_hardly_narrower(text, dpi):
    figure = Figure(figsize=(8, 1), dpi=dpi)
    canvas = FigureCanvasAgg(figure)
    drawn = figure.text(0, 0.5, text, fontsize=7)
    width = drawn.get_window_extent(canvas.get_renderer()).width / dpi
    assert width - 1 / dpi <= text_width(text) <= 1.15 * width


def test_width_grows_with_the_type_and_is_zero_for_nothing():
    assert text_width('abc', 14) == pytest.approx(2 * text_width('abc', 7), .1)
    assert text_width('') == 0 == widest([])
    assert widest(['a', 'abc', 'ab']) == text_width('abc')


def test_what_fits_is_not_cut_and_what_does_not_ends_with_dots():
    name = 'Scratching or touching facial parts'
    assert cut_to_width(name, 9) == name
    cut = cut_to_width(name, 1)
    assert cut.endswith('…') and name.startswith(cut[:-1])
    assert text_width(cut) <= 1
    assert cut_to_width(name, 0) == '…'


def test_wrapped_lines_fit_and_keep_every_word():
    text = 'one two three four five six seven\neight nine'
    lines = wrap_to_width(text, 0.6)
    assert ' '.join(lines).split() == text.split()
    assert all(text_width(line) <= 0.6 for line in lines)
    assert lines[-1] == 'eight nine'  # the break in the text stays
    assert wrap_to_width('incomprehensibilities', 0.5)[0].endswith('…')
