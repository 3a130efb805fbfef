from types import SimpleNamespace

import pytest

from mmgesture.visualization.modality_ladder import (draw_modality_ladder,
                                                     modality_ladder_figure)

STEPS = [
    SimpleNamespace(stream='RGB', weight=.4, top1=.62, equal_top1=.62,
                    fused_top1=.62),
    SimpleNamespace(stream='flow', weight=.6, top1=.5, equal_top1=.66,
                    fused_top1=.7)
]


def test_every_stream_is_a_line_with_its_three_figures():
    axes = modality_ladder_figure(STEPS).axes[0]
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert names == ['RGB (0.40)', '+ flow (0.60)']
    fused = axes.lines[0]
    assert fused.get_xdata().tolist() == pytest.approx([62, 70])
    assert {tuple(line.get_xdata()) for line in axes.lines[1:]} == {
        (62, 50), (62, 66), (62, 70)}
    low, high = axes.get_xlim()
    assert low < 50 and high > 70
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # first stream on top


def test_figure_is_written_and_an_empty_ladder_refused(tmp_path):
    path = tmp_path / 'ladder.png'
    draw_modality_ladder(STEPS, path)
    assert path.read_bytes().startswith(b'\x89PNG')
    with pytest.raises(ValueError, match='at least one step'):
        modality_ladder_figure([])
