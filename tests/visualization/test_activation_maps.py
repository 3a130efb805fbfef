import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mmgesture.visualization import activation_maps
from mmgesture.visualization.activation_maps import (MapRow,
                                                     activation_maps_figure,
                                                     draw_activation_maps,
                                                     even_positions)

FRAMES = np.random.default_rng(0).integers(0, 256, (16, 30, 40, 3), np.uint8)


def maps(low, high, length=8):
    return np.linspace(low, high, length * 6).reshape(length, 2, 3)


@pytest.mark.parametrize('number, wanted, expected', [
    (16, 2, [0, 15]),
    (16, 4, [0, 5, 10, 15]),
    (3, 6, [0, 1, 2]),
    (1, 6, [0]),
    (5, 1, [2]),
])
def test_frames_are_chosen_evenly_with_both_ends(number, wanted, expected):
    assert even_positions(number, wanted).tolist() == expected


def test_rows_of_a_group_share_a_scale_over_all_frames():
    rows = [
        MapRow('f', FRAMES),
        MapRow('x', FRAMES, maps(1, 2), 'g'),
        MapRow('y', FRAMES, maps(0, 5), 'g'),
        MapRow('z', FRAMES, maps(-1, 3), 'd', signed=True),
        MapRow('flat', FRAMES, maps(2, 2), 'e')
    ]
    scales = activation_maps._scales(rows)
    limits = {g: (s.norm.vmin, s.norm.vmax) for g, s in scales.items()}
    assert limits == {'g': (0, 5), 'd': (-3, 3), 'e': (2, 3)}
    figure = activation_maps_figure(rows, range(16), columns=4)
    # frames of 5 rows, and a colour bar for each group
    assert len(figure.axes) == 5 * 4 + 3


def test_short_map_is_shown_at_the_position_that_covers_the_frame(
        monkeypatch):
    shown = []
    monkeypatch.setattr(
        activation_maps, 'overlay',
        lambda frame, values, colors: shown.append(values[0, 0]) or frame)
    maps = np.arange(8.)[:, None, None] * np.ones((2, 2))
    rows = [MapRow('x', FRAMES, maps)]
    activation_maps_figure(rows, range(16), columns=16)
    assert shown == [t // 2 for t in range(16)]


def test_overlay_puts_a_patch_where_it_lies():
    values = np.zeros((3, 4))
    values[2, 0] = 1  # lower left
    scale = activation_maps._scales(
        [MapRow('x', FRAMES, values[None], 'g')])['g']
    drawn = activation_maps.overlay(
        np.full((30, 40, 3), 128, np.uint8), values, scale)
    row, column = np.unravel_index(drawn.sum(-1).argmax(), (30, 40))
    assert row >= 20 and column < 10
    # elsewhere there is the grey frame below the darkest colour
    assert drawn[5, 35].max() < 0.25
    assert drawn.shape == (30, 40, 3) and 0 <= drawn.min() <= drawn.max() <= 1


def test_columns_carry_the_numbers_of_the_frames():
    figure = activation_maps_figure([MapRow('f', FRAMES)], range(50, 66), 2)
    assert [axes.get_title() for axes in figure.axes] == [
        'frame 50', 'frame 65'
    ]


@pytest.mark.parametrize('columns', [1, 6, 8])
def test_no_text_is_cut_off(columns):
    rows = [MapRow('f', FRAMES)] + [
        MapRow('a_rather_long_name_of_a_model\nMCFM', FRAMES,
               maps(0, scale), f'{scale}') for scale in (1e-5, 0.01, 1234.)
    ]
    figure = activation_maps_figure(rows, range(16), columns, 'title ' * 30,
                                    'caption ' * 60)
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.canvas.draw()
    box = figure.get_tightbbox(renderer)  # inches
    assert box.x0 >= 0 and box.y0 >= 0
    assert (box.x1 <= figure.get_figwidth()
            and box.y1 <= figure.get_figheight())


def test_file_is_written_and_rows_are_checked(tmp_path):
    rows = [MapRow('x', FRAMES, maps(0, 1), 'g')]
    draw_activation_maps(rows, range(16), tmp_path / 'a.png', 2, dpi=50)
    assert [entry.name for entry in tmp_path.iterdir()] == ['a.png']
    with pytest.raises(ValueError, match='expected 15 frames.*got 16'):
        activation_maps_figure(rows, range(15))
    with pytest.raises(ValueError, match='one or more rows'):
        activation_maps_figure([], range(16))
    with pytest.raises(ValueError, match='positive'):
        even_positions(16, 0)
