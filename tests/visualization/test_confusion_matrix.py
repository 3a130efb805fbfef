import matplotlib
import matplotlib.image
import numpy as np
import pytest

from mmgesture.visualization.confusion_matrix import (confusion_matrix_figure,
                                                      draw_confusion_matrix)

CLASSES = ['a', 'Touching or covering suprasternal notch', 'c']
COUNTS = np.array([[3, 1, 0], [0, 0, 0], [1, 0, 399]])


def test_cells_are_shares_of_the_row():
    axes = confusion_matrix_figure(COUNTS, CLASSES).axes[0]
    image = axes.images[0].get_array()
    np.testing.assert_allclose(
        image, [[.75, .25, 0], [0, 0, 0], [1 / 400, 0, 399 / 400]])
    texts = {text.get_position(): text.get_text() for text in axes.texts}
    assert texts == {(0, 0): '75', (1, 0): '25', (0, 2): '<1', (2, 2): '100'}


def test_names_carry_the_support_and_break_into_two_lines():
    axes = confusion_matrix_figure(COUNTS, CLASSES).axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[0] == 'a (4)'
    assert names[1] == 'Touching or covering\nsuprasternal notch (0)'


def test_file_is_written_without_touching_the_backend(tmp_path):
    before = matplotlib.get_backend(auto_select=False)
    path = tmp_path / 'm.png'
    draw_confusion_matrix(COUNTS, CLASSES, path, title='x', dpi=50)
    assert path.read_bytes().startswith(b'\x89PNG')
    assert matplotlib.get_backend(auto_select=False) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ['m.png']


def test_nothing_is_cut_at_the_border(tmp_path):
    names = [f'gesture {i}' for i in range(14)]
    path = tmp_path / 'm.png'
    draw_confusion_matrix(5 * np.eye(14, dtype=int), names, path,
                          unit='gestures')
    image = matplotlib.image.imread(path)[..., :3]
    for edge in (image[0], image[-1], image[:, 0], image[:, -1]):
        assert (edge == 1).all()


def test_counts_must_be_square_over_the_classes():
    with pytest.raises(ValueError, match=r'\(2, 2\).*got \(3, 3\)'):
        confusion_matrix_figure(COUNTS, ['a', 'b'])
