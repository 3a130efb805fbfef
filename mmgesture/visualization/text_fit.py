"""How wide a text is in print, so that figures leave room for it."""
from functools import lru_cache
from typing import Iterable, List

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

#: Smallest type in a figure, points.
SMALL = 7.0
#: Titles and labels, points.
NORMAL = 8.0
#: Measure text; nothing is drawn with them. Glyphs are as wide as whole
#: pixels, so a line may be some per cent wider on a screen than in print.
_RULERS = [RendererAgg(1, 1, dpi) for dpi in (100, 200, 720)]


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = SMALL) -> float:
    """Width of one line of text.

    Args:
        text (str): The line.
        size (float): Type size in points. Defaults to 7.

    Returns:
        float: Inches, in the resolution where it is widest.
    """
    if not text:
        return 0.0
    font = FontProperties(size=size)
    return max(
        ruler.get_text_width_height_descent(text, font, False)[0] / ruler.dpi
        for ruler in _RULERS)


def widest(texts: Iterable[str], size: float = SMALL) -> float:
    """Width of the widest of several lines.

    Args:
        texts (Iterable[str]): The lines.
        size (float): Type size in points. Defaults to 7.

    Returns:
        float: Inches; 0 for none.
    """
    return max((text_width(str(text), size) for text in texts), default=0.0)


def cut_to_width(text: str, width: float, size: float = SMALL) -> str:
    """The text, its end replaced by an ellipsis if it is too wide.

    Args:
        text (str): One line.
        width (float): Room in inches.
        size (float): Type size in points. Defaults to 7.

    Returns:
        str: A text that fits; at least the ellipsis.
    """
    if text_width(text, size) <= width:
        return text
    cut = text
    while cut and text_width(cut + '…', size) > width:
        cut = cut[:-1].rstrip()
    return cut + '…'


def wrap_to_width(text: str, width: float, size: float = SMALL) -> List[str]:
    """Break a text between words into lines that fit.

    Args:
        text (str): The text; a line break in it stays.
        width (float): Room in inches.
        size (float): Type size in points. Defaults to 7.

    Returns:
        list[str]: The lines; a single word that is too wide is cut.
    """
    lines = []
    for paragraph in text.split('\n'):
        line = ''
        for word in paragraph.split():
            longer = f'{line} {word}' if line else word
            if line and text_width(longer, size) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return [cut_to_width(line, width, size) for line in lines]
