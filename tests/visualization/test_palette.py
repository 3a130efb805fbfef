from matplotlib import colormaps

from mmgesture.visualization.palette import (CONFUSION_COLORMAP, class_color,
                                             text_color_on)


def test_neighbouring_classes_differ_and_colours_repeat():
    colors = [class_color(index) for index in range(7)]
    assert len(set(colors)) == 7 and class_color(7) == colors[0]


def test_text_is_readable_at_both_ends_of_the_colormap():
    colormap = colormaps[CONFUSION_COLORMAP]
    assert text_color_on(*colormap(0.0)[:3]) == 'white'
    assert text_color_on(*colormap(1.0)[:3]) == 'black'
