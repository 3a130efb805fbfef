import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from mmgesture.structures import FrameClock, VideoDetections
from mmgesture.visualization.timeline import (KINDS, Media, ScoreTrack,
                                              make_timeline, write_timeline)
from mmgesture.visualization.timeline.page import kind_style, script_json

EVIL = '</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028'


class Reader(HTMLParser):
    """Elements with their attributes, and the text inside of scripts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self._inside = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = tag == 'script'
        if self._inside:
            self.scripts.append('')

    def handle_endtag(self, tag):
        self._inside = False

    def handle_data(self, data):
        if self._inside:
            self.scripts[-1] += data

    def names(self):
        return [tag for tag, _ in self.tags]


def written(tmp_path, timeline, *args, **options):
    path = tmp_path / 'page.html'
    write_timeline(path, timeline, *args, **options)
    return path.read_text(encoding='utf-8')


def content_of(text):
    return json.loads(Reader(text).scripts[0])


def test_page_holds_the_content_unchanged(tmp_path, timeline):
    found = content_of(written(tmp_path, timeline))
    media = found.pop('media')
    assert found == json.loads(json.dumps(timeline.to_dict()))
    assert media['kind'] == 'none'


def test_names_from_files_add_no_element(tmp_path):
    def page(name, folder):
        video = VideoDetections(
            name, [(1, 5), (1, 4)], [0, 1], [.9, .8], [(1, 5)], [1])
        line = make_timeline(video, [name, name], FrameClock(10.),
                             notes=[name])
        folder.mkdir()
        return written(folder, line, Media(href='v.mp4', note=name),
                       f'{name}.html')

    plain = Reader(page('harmless', tmp_path / 'a'))
    evil = page(EVIL, tmp_path / 'b')
    assert Reader(evil).names() == plain.names()
    assert not [attrs for _, attrs in Reader(evil).tags
                if any(key.startswith('on') for key in attrs)]
    assert content_of(evil)['lanes'][0] == EVIL  # and nothing is lost
    assert 'innerHTML' not in evil and 'insertAdjacentHTML' not in evil


def test_a_name_that_looks_like_a_placeholder_stays_a_name(tmp_path):
    video = VideoDetections('@@SCRIPT@@ @@VIDEO@@')
    text = written(tmp_path, make_timeline(video, [], FrameClock(1.)))
    assert '<h1>@@SCRIPT@@ @@VIDEO@@</h1>' in text


@pytest.mark.parametrize('media', [
    Media(), Media(video=b'abc'), Media(jpegs=[b'x'], times=[0.])])
def test_nothing_is_loaded_from_outside(tmp_path, timeline, media):
    text = written(tmp_path, timeline, media)
    for tag, attrs in Reader(text).tags:
        assert tag not in ('link', 'iframe', 'object', 'base')
        assert not {'src', 'href', 'action'} & set(attrs), (tag, attrs)
    style = re.search('<style>(.*?)</style>', text, re.S)[1]
    assert 'url(' not in style and '@import' not in style


def test_policy_lets_the_one_script_run(tmp_path, timeline):
    reader = Reader(written(tmp_path, timeline))
    policy, = [a['content'] for t, a in reader.tags if t == 'meta' and
               a.get('http-equiv') == 'Content-Security-Policy']
    digest = hashlib.sha256(reader.scripts[-1].encode()).digest()
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{base64.b64encode(digest).decode()}'" in policy


def test_video_stands_in_the_page_and_a_link_does_not(tmp_path, timeline):
    reader = Reader(written(tmp_path, timeline, Media(video=b'\0\1abc')))
    assert base64.b64decode(reader.scripts[1]) == b'\0\1abc'
    linked = content_of(written(tmp_path, timeline, Media(href='a%20b.mp4')))
    assert linked['media']['href'] == 'a%20b.mp4'


def test_json_cannot_close_its_element():
    text = script_json([EVIL, '<!--', '&amp;'])
    assert not set('<>&\u2028') & set(text)
    assert json.loads(text)[0] == EVIL
    with pytest.raises(ValueError):
        script_json(float('nan'))


def test_each_kind_has_a_colour_of_its_own():
    colors = re.findall(r'--kind: (rgb\(.*?\))', kind_style())
    assert len(set(colors)) == len(KINDS)


def test_an_hour_with_thousands_of_gestures_stays_below_two_megabytes(
        tmp_path):
    rng = np.random.default_rng(0)
    start = np.sort(rng.uniform(0, 3590 * 28, 2000))
    segments = np.stack([start, start + rng.uniform(10, 60, 2000)], 1)
    labels = rng.integers(0, 17, 2000)
    names = [f'gesture number {k}' for k in range(17)]
    video = VideoDetections('hour', segments, labels, rng.random(2000),
                            segments + 3, labels, 3600 * 28, 28.)
    track = ScoreTrack(np.arange(0, 3600, .25), rng.random((14400, 17)))
    line = make_timeline(video, names, FrameClock(28.), .3, scores=track)
    assert len(written(tmp_path, line)) < 2e6


def test_a_failed_page_leaves_the_old_one(tmp_path, timeline):
    before = written(tmp_path, timeline)
    bad = Media(jpegs=['no bytes'], times=[0.])
    with pytest.raises(TypeError):
        write_timeline(tmp_path / 'page.html', timeline, bad)
    assert (tmp_path / 'page.html').read_text(encoding='utf-8') == before
    assert len(list(tmp_path.iterdir())) == 1
