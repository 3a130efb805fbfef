"""The HTML file of one video: everything inside, nothing from outside."""
import base64
import hashlib
import html
import json
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Optional, Union

from mmgesture.fileio import atomic_write
from mmgesture.visualization.palette import OKABE_ITO, text_color_on
from .content import Timeline
from .marks import KINDS
from .media import Media

__all__ = ['asset', 'fill_page', 'kind_class', 'kind_style', 'script_json',
           'write_timeline']

#: Colour of each kind, by its number in OKABE_ITO.
_COLORS = dict(zip(KINDS, (2, 0, 5, 6, 1, 4)))
_SCRIPTS = ('clock.js', 'lanes.js', 'list.js', 'page.js', 'theme.js')


@lru_cache(maxsize=None)
def asset(name: str) -> str:
    """Text of a file of ``assets``.

    Args:
        name (str): Its name.

    Returns:
        str: The text.
    """
    return (files(__package__) / 'assets' / name).read_text(encoding='utf-8')


def kind_class(kind: str) -> str:
    """Name of a kind in the style sheets.

    Args:
        kind (str): One of :data:`.marks.KINDS`.

    Returns:
        str: The same without blanks.
    """
    return kind.replace(' ', '-')


def kind_style() -> str:
    """Colours of the kinds as CSS variables.

    Returns:
        str: A style sheet.
    """
    lines = []
    for kind, number in _COLORS.items():
        color = OKABE_ITO[number]
        text = text_color_on(*(part / 255 for part in color))
        lines.append(f'.k-{kind_class(kind)} {{ --kind: '
                     f'rgb{color}; --on-kind: {text} }}')
    return '\n'.join(lines)


def script_json(value: Any) -> str:
    """JSON that cannot end the script element that it stands in.

    Args:
        value (Any): Plain types.

    Returns:
        str: JSON without ``<``, ``>``, ``&`` and line separators.
    """
    text = json.dumps(value, separators=(',', ':'), allow_nan=False)
    # json.dumps leaves nothing but ASCII, so no U+2028 either
    return re.sub('[<>&]', lambda m: f'\\u{ord(m[0]):04x}', text)


def fill_page(template: str, title: str, script: str, **parts: str) -> str:
    """Fill a template of ``assets``.

    A content security policy lets this one script run and nothing be loaded
    from anywhere, even if a text should get past the escaping.

    Args:
        template (str): Name of the file with the page's own part.
        title (str): Title, not yet escaped.
        script (str): The page's own script.
        **parts (str): What stands at ``@@NAME@@``, escaped where it must be.

    Returns:
        str: The page.
    """
    digest = hashlib.sha256(script.encode()).digest()
    parts = dict(
        dict(ALLOWED='', BACK=''), **parts, TITLE=html.escape(title),
        STYLE=asset('common.css') + kind_style(), SCRIPT=script,
        HASH=base64.b64encode(digest).decode())
    page = asset('frame.html').replace('@@BODY@@', asset(template))
    # one pass: what is filled in is not looked at again
    return re.sub('@@([A-Z]+)@@', lambda m: parts[m[1]], page)


def write_timeline(path: Union[str, Path],
                   timeline: Timeline,
                   media: Optional[Media] = None,
                   back: Optional[str] = None) -> None:
    """Write the page of a video, atomically.

    It works without a network and from a mail attachment. Its size is that
    of the media times 4/3 and at most some hundred bytes for each gesture
    and 2 kB for each class with a score curve.

    Args:
        path (str | Path): The ``.html`` file.
        timeline (Timeline): What it shows.
        media (Media, optional): Video or thumbnails; None: neither. Defaults
            to None.
        back (str, optional): Relative link to a page of all videos. Defaults
            to None.
    """
    media = Media() if media is None else media
    script = '\n'.join(asset(name) for name in _SCRIPTS)
    content = dict(timeline.to_dict(), media=media.to_dict())
    link = '' if back is None else \
        f'<a class="back" href="{html.escape(back)}">all videos</a>'
    text = fill_page(
        'timeline.html', timeline.title, script,
        DATA=script_json(content), VIDEO=media.base64(), BACK=link,
        OWNSTYLE=asset('timeline.css'),
        ALLOWED='; img-src data:; media-src ' +
        ("'self' file:" if media.href else 'blob:'))
    with atomic_write(path) as file:
        file.write(text)
