import pytest

from mmgesture.structures.skeleton import get_layout, layout_names
from mmgesture.visualization.skeleton_layout import (draw_layouts,
                                                     joint_positions,
                                                     layouts_figure)


@pytest.mark.parametrize('name', layout_names())
def test_every_joint_has_a_place_of_its_own(name):
    layout = get_layout(name)
    places = joint_positions(layout)
    assert sorted(places) == list(range(layout.num_joints))
    assert len({(round(x, 3), round(y, 3))
                for x, y in places.values()}) == layout.num_joints


@pytest.mark.parametrize('name', layout_names())
def test_the_persons_right_is_on_the_left_of_the_picture(name):
    layout = get_layout(name)
    places = joint_positions(layout)
    for left, right in layout.flip_pairs:
        assert places[left][0] == pytest.approx(-places[right][0])
        assert places[left][1] == pytest.approx(places[right][1])
        assert places[right][0] < 0 or 'face' in layout.joints[right]


def test_a_panel_names_its_layout_and_counts():
    figure = layouts_figure(['imigue-22', 'coco-17'])
    assert [a.get_title() for a in figure.axes] == [
        'imigue-22\n22 joints, 21 edges', 'coco-17\n17 joints, 19 edges']
    assert [t.get_text() for t in figure.axes[1].texts] == [
        str(i) for i in range(17)]


def test_type_is_readable_in_print():
    figure = layouts_figure()
    assert figure.get_size_inches()[0] <= 7.3
    sizes = [t.get_fontsize() for a in figure.axes
             for t in (*a.texts, a.title)]
    sizes += [t.get_fontsize() for t in figure.legends[0].get_texts()]
    assert min(sizes) >= 7


def test_an_image_is_written_and_nonsense_is_refused(tmp_path):
    draw_layouts(tmp_path / 'a.png', ['jhmdb-15'], dpi=50)
    assert (tmp_path / 'a.png').read_bytes().startswith(b'\x89PNG')
    with pytest.raises(ValueError, match='expected a skeleton layout'):
        draw_layouts(tmp_path / 'b.png', ['nobody'])
    assert not (tmp_path / 'b.png').exists()
