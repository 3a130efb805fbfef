"""Colours that people with colour blindness can tell apart."""
from typing import Tuple

#: Perceptually uniform, readable in grey and by colour-blind people.
CONFUSION_COLORMAP = 'cividis'

#: Okabe & Ito, Color Universal Design (2008), without black; RGB, 0-255.
OKABE_ITO = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
)


def class_color(index: int) -> Tuple[int, int, int]:
    """Colour of a class; repeats after seven, so never the only mark.

    Args:
        index (int): Class index, 0-based.

    Returns:
        tuple[int, int, int]: RGB, 0-255.
    """
    return OKABE_ITO[index % len(OKABE_ITO)]


def text_color_on(red: float, green: float, blue: float) -> str:
    """Black or white, whichever is readable on a colour.

    Args:
        red (float): Red in [0, 1].
        green (float): Green in [0, 1].
        blue (float): Blue in [0, 1].

    Returns:
        str: ``'black'`` or ``'white'``.
    """
    # ITU-R BT.709 weights; 0.45 rather than 0.5 because white text on a
    # medium grey reads worse than black.
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 'black' if luma > 0.45 else 'white'
