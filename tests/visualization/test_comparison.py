from types import SimpleNamespace

import matplotlib
import pytest

from mmgesture.visualization.comparison import (comparison_figure,
                                                draw_comparison)


def value(mean, low, high, *seeds):
    return SimpleNamespace(mean=mean, low=low, high=high, by_seed=seeds)


FIGURES = {
    'top-1': {
        'first': value(.5, .4, .6, .45, .55),
        'second': value(.9, .7, 1.1, .9)
    },
    'motion-only pairs': {
        'first': value(.6, .55, .65, .6, .6),
        'second': value(.8, .75, .85, .8)
    }
}


def test_lines_are_the_intervals_in_per_cent_cut_off_at_100():
    axes = comparison_figure(FIGURES).axes[0]
    drawn = [[round(x, 6) for x in line.get_xdata()] for line in axes.lines]
    assert drawn[:6] == [[40, 60], [50], [45, 55], [70, 100], [90], [90]]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ['first', 'second']
    bottom, top = axes.get_ylim()
    assert bottom > top  # the first run is on top


def test_guessing_is_in_sight_of_its_measure_only():
    figure = comparison_figure(FIGURES, chance={'motion-only pairs': .5})
    plain, paired = figure.axes
    assert paired.get_xlim()[0] < 50
    assert '--' in {line.get_linestyle() for line in paired.lines}
    assert [50, 50] not in [list(line.get_xdata()) for line in plain.lines]
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == ['mean and its interval', 'one seed', 'guessing']


def test_file_is_written_without_touching_the_backend(tmp_path):
    before = matplotlib.get_backend(auto_select=False)
    draw_comparison(FIGURES, tmp_path / 'c.png', title='x', dpi=50)
    assert (tmp_path / 'c.png').read_bytes().startswith(b'\x89PNG')
    assert matplotlib.get_backend(auto_select=False) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ['c.png']


@pytest.mark.parametrize('figures', [{}, {'top-1': {}}])
def test_nothing_to_draw_is_refused(figures):
    with pytest.raises(ValueError, match='at least one'):
        comparison_figure(figures)
