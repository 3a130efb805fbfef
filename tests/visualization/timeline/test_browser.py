"""The pages in headless Chromium, clicked and typed at.

    apt-get install chromium chromium-driver && pip install selenium
    pytest --run-slow tests/visualization/timeline/test_browser.py
"""
from fractions import Fraction

import av
import numpy as np
import pytest

from mmgesture.apis.timeline_media import timeline_media
from mmgesture.datasets import open_video
from mmgesture.structures import FrameClock, VideoDetections
from mmgesture.testing import write_tiny_video
from mmgesture.visualization.timeline import (Media, SummaryEntry,
                                              make_timeline, write_summary,
                                              write_timeline)
from .chromium import Page

#: A quarter of a minute, most of it waiting for videos to seek.
pytestmark = pytest.mark.slow


@pytest.fixture(scope='module')
def pages(tmp_path_factory, timeline):
    """The same timeline with a video, with pictures, with a link, alone."""
    root = tmp_path_factory.mktemp('pages')
    video = root / 'a b.mp4'
    write_tiny_video(video, 200, (120, 160), fps=10)
    for kind in ('embed', 'preview', 'pictures', 'link', 'none'):
        path = root / f'{kind}.html'
        write_timeline(path, timeline, timeline_media(video, path, kind,
                                                      [1.2, 4.5]))
    return root


@pytest.mark.parametrize('width', [1280, 390])
@pytest.mark.parametrize('kind', ['embed', 'preview', 'link'])
def test_clicks_and_keys_move_the_video(browser, pages, kind, width):
    page = Page(browser, pages / f'{kind}.html', width)
    assert page.video_time() < .01 and page.shown() == 0
    page.click('.bar.found.k-matched')  # the matched one, from 1.2 s on
    assert page.video_time() == pytest.approx(1.2, abs=.01)
    assert page.cursor() == pytest.approx(1.2, abs=.05)
    page.press('n')
    assert page.video_time() == pytest.approx(4.5, abs=.01)
    page.press('n', 'n')
    assert page.video_time() == pytest.approx(9.5, abs=.01)
    page.press('p')
    assert page.video_time() == pytest.approx(8, abs=.01)
    page.press('e')
    assert page.video_time() == pytest.approx(9.5, abs=.01)
    page.press('\ue014')  # right arrow
    assert page.video_time() == pytest.approx(9.6, abs=.01)
    page.press('\ue012', '\ue012')  # left
    assert page.video_time() == pytest.approx(9.4, abs=.01)
    page.click('tr.row', 2)
    assert page.video_time() == pytest.approx(4.5, abs=.01)
    page.click('.axis .track')  # in the middle
    assert page.video_time() == pytest.approx(10, abs=.1)
    assert page.cursor() == pytest.approx(page.shown(), abs=.05)
    assert page.complaints() == []


STAMPS = dict(
    even=np.arange(60) * 50,
    uneven=np.cumsum([50, 30, 100, 20, 20, 400] * 10) - 50,
    late=300 + np.arange(60) * 50)


@pytest.mark.parametrize('kind', ['auto', 'preview'])
@pytest.mark.parametrize('times', STAMPS)
def test_the_frame_at_the_cursor_is_the_one_that_is_seen(
        browser, tmp_path, times, kind):
    path = tmp_path / 'grey.mp4'  # B-frames too, each frame of its own grey
    with av.open(str(path), 'w') as container:
        stream = container.add_stream('libx264', options=dict(bf='3'))
        stream.height = stream.width = 64
        stream.pix_fmt = 'yuv420p'
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, stamp in enumerate(STAMPS[times]):
            image = np.full((64, 64, 3), 10 + 4 * number, np.uint8)
            frame = av.VideoFrame.from_ndarray(image, format='rgb24')
            frame.pts, frame.time_base = int(stamp), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with open_video(str(path)) as reader:
        clock = FrameClock(reader.fps, reader.timestamps)
    wanted = [3, 17, 4, 41, 58]
    video = VideoDetections('grey', [(k, k + 1) for k in sorted(wanted)],
                            [0] * 5, [.9] * 5, num_frames=60)
    page = tmp_path / 'grey.html'
    write_timeline(page, make_timeline(video, ['x'], clock),
                   timeline_media(path, page, kind))
    page = Page(browser, page, 1280)

    def seen():
        page.video_time()
        grey = page.run("""
            const canvas = document.createElement('canvas');
            canvas.width = canvas.height = 8;
            const context = canvas.getContext('2d');
            context.drawImage(document.querySelector('video'), 0, 0, 8, 8);
            return context.getImageData(4, 4, 1, 1).data[1]""")
        return (grey - 10) / 4

    assert seen() == pytest.approx(0, abs=.5)
    for number in wanted:
        page.run(f"document.querySelectorAll('tr.row')"
                 f'[{sorted(wanted).index(number)}].click()')
        assert seen() == pytest.approx(number, abs=.5)
        page.press('\ue014')
        assert seen() == pytest.approx(number + 1, abs=.5)
        page.press('\ue012', '\ue012')
        assert seen() == pytest.approx(number - 1, abs=.5)


def test_space_plays_and_stops(browser, pages):
    page = Page(browser, pages / 'embed.html', 1280)
    page.video_time()
    page.click('.bar.found.k-matched')  # a focused button must not take the space
    page.press(' ')
    page.browser.execute_async_script('setTimeout(arguments[0], 700)')
    assert not page.run("return document.querySelector('video').paused")
    assert page.shown() > 1.3
    page.press(' ')
    assert page.run("return document.querySelector('video').paused")
    assert page.video_time() == pytest.approx(page.shown(), abs=.15)
    assert page.complaints() == []


@pytest.mark.parametrize('width', [1280, 390])
def test_pictures_follow_the_cursor(browser, pages, width):
    page = Page(browser, pages / 'pictures.html', width)
    source = "return document.querySelector('#screen img').src"
    first = page.run(source)
    page.click('.bar.found.k-matched')
    assert page.run(source) != first and page.shown() == 1.2
    page.press(' ')
    page.browser.execute_async_script('setTimeout(arguments[0], 400)')
    page.press(' ')
    assert 1.3 < page.shown() < 3
    assert page.run('return document.querySelector("#screen img")'
                    '.naturalWidth') > 100
    assert page.complaints() == []


@pytest.mark.parametrize('kind', ['embed', 'pictures', 'none'])
@pytest.mark.parametrize('width', [1280, 390])
def test_page_is_as_wide_as_the_screen_also_when_zoomed(
        browser, pages, kind, width):
    page = Page(browser, pages / f'{kind}.html', width)
    for _ in range(3):
        assert page.run('return document.documentElement.scrollWidth') <= width
        page.press('+')
    page.click('.bar.found.k-badly-placed')
    assert page.cursor() == pytest.approx(9.5, abs=.05)
    inner = page.run('''
        const box = document.getElementById('scroll').getBoundingClientRect();
        const cursor = document.getElementById('cursor')
          .getBoundingClientRect();
        return [cursor.left - box.left, box.right - cursor.left]''')
    assert min(inner) >= 0
    assert page.complaints() == []


def test_on_a_phone_the_video_stays_in_sight(browser, pages):
    for width, seen in ((390, True), (1280, False)):
        page = Page(browser, pages / 'embed.html', width)
        page.run('scrollTo(0, document.documentElement.scrollHeight)')
        top, bottom = page.run("""
            const box = document.querySelector('.stage')
              .getBoundingClientRect();
            return [box.top, box.bottom];""")
        assert (top >= 0) == seen and bottom < 844 / 2


def test_names_are_text_and_no_script_runs(browser, pages):
    page = Page(browser, pages / 'none.html', 1280)
    names = page.run("return [...document.querySelectorAll('.name')]"
                     '.map(e => e.textContent)')
    assert '</script><b onclick=alert(1)>&' in names
    assert page.run("return document.querySelectorAll('main b[onclick], "
                    "main i').length") == 0
    assert page.browser.title == 'a "video" <i>'


def test_a_kind_can_be_hidden(browser, pages):
    page = Page(browser, pages / 'none.html', 1280)
    count = "return [...document.querySelectorAll('%s')].filter(" \
        'e => e.offsetParent).length'
    assert page.run(count % '.bar.k-missed') == 3
    page.click('.legend .k-missed')
    assert page.run(count % '.bar.k-missed') == 0
    assert page.run(count % 'tr.k-missed') == 0
    assert page.run(count % 'tr.row') == 5


def test_a_lost_link_is_explained(browser, tmp_path, timeline):
    path = tmp_path / 'p.html'
    write_timeline(path, timeline, Media(href='gone.mp4'))
    page = Page(browser, path, 390)
    page.browser.execute_async_script('setTimeout(arguments[0], 300)')
    assert 'gone.mp4' in page.run(
        "return document.getElementById('screen').textContent")
    page.press('n')
    assert page.shown() == 1


def test_an_hour_of_two_thousand_gestures_answers_at_once(browser, tmp_path):
    rng = np.random.default_rng(0)
    start = np.sort(rng.uniform(0, 3590 * 28, 2000)).round()
    segments = np.stack([start, start + rng.uniform(10, 60, 2000)], 1)
    labels = rng.integers(0, 17, 2000)
    video = VideoDetections('hour', segments, labels, rng.random(2000),
                            segments, labels, 3600 * 28, 28.)
    names = [f'gesture {k}' for k in range(17)]
    path = tmp_path / 'hour.html'
    write_timeline(path, make_timeline(video, names, FrameClock(28.), .3))
    page = Page(browser, path, 390)
    spent = page.run('''
        const before = performance.now();
        for (let i = 0; i < 20; i++) {
          document.dispatchEvent(new KeyboardEvent('keydown', {key: 'n'}));
        }
        return (performance.now() - before) / 20''')
    assert spent < 200  # milliseconds; a few on an idle machine
    assert page.shown() == pytest.approx(start[19] / 28, abs=.011)
    assert page.complaints() == []


@pytest.mark.parametrize('width', [1280, 390])
def test_summary_is_sorted_by_a_click_and_leads_to_the_page(
        browser, pages, timeline, width):
    more = [
        make_timeline(
            VideoDetections(name, [(0, 9)] * count, [0] * count, [.5] * count,
                            [(0, 9)], [0], 100, 10.), ['nod'], FrameClock(10.))
        for name, count in (('v10', 1), ('v9', 3), ('v11', 2))
    ]
    path = pages / 'index.html'
    write_summary(path, [SummaryEntry(timeline, 'none.html')] +
                  [SummaryEntry(line) for line in more])
    page = Page(browser, path, width)
    names = "return [...document.querySelector('table').tBodies[0].rows]" \
        '.map(r => r.children[0].textContent)'
    first = 'a "video" <i>'
    assert page.run(names) == [first, 'v10', 'v9', 'v11']
    page.click('th button', 0)
    assert page.run(names) == [first, 'v9', 'v10', 'v11']
    page.click('th.num:last-child button', 0)  # F1, the best first
    assert page.run(names) == ['v10', 'v11', 'v9', first]
    page.click('th.num:last-child button', 0)
    assert page.run(names) == [first, 'v9', 'v11', 'v10']
    assert page.run('return document.documentElement.scrollWidth') <= width
    assert page.complaints() == []
    page.click('td.video a')
    assert browser.current_url.endswith('none.html')
