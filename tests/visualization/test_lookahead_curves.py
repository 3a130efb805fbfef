import numpy as np
import pytest
from matplotlib.image import imread

from mmgesture.visualization import LookaheadPoint, draw_lookahead_curves
from mmgesture.visualization import lookahead_curves


def points(shift=0.):
    return [
        LookaheadPoint(L, .8 + shift, .75 + shift, .85 + shift, (L, L + .5),
                       (L - .1, L + .4)) for L in (2., 0., .5)
    ]


def test_every_run_has_a_colour_of_its_own_in_print_size(tmp_path):
    path = tmp_path / 'a.png'
    draw_lookahead_curves({'one': points(), 'two': points(-.2)}, path)
    image = imread(path)[..., :3]
    assert image.shape[1] == pytest.approx(6.9 * 200, abs=2)
    for color in lookahead_curves.COLORS[:2]:
        assert (np.abs(image - color).max(-1) < .02).sum() > 300
    assert not (np.abs(image - lookahead_curves.COLORS[2]).max(-1) <
                .02).any()


@pytest.mark.parametrize('number', [0, 5])
def test_runs_that_cannot_be_told_apart_are_refused(tmp_path, number):
    with pytest.raises(ValueError, match=f'1 to 4 runs, got {number}'):
        draw_lookahead_curves({str(k): points() for k in range(number)},
                              tmp_path / 'a.png')
    assert not list(tmp_path.iterdir())
