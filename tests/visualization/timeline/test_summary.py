import re
from html.parser import HTMLParser

import numpy as np
import pytest

from mmgesture.evaluation.functional import segment_f1
from mmgesture.structures import FrameClock, VideoDetections
from mmgesture.visualization.timeline import (SummaryEntry, make_timeline,
                                              write_summary)
from mmgesture.visualization.timeline.summary import class_rows

CLASSES = ['nod', '<img src=x onerror=alert(1)>', 'wave', 'never']


def line(video, **options):
    return make_timeline(video, CLASSES, FrameClock(10.), .3, **options)


class Tables(HTMLParser):
    """Cells of all tables, row by row."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags, self._cell = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == 'tr':
            self.rows.append([])
        if tag in ('td', 'th'):
            self.rows[-1].append('')
            self._cell = True

    def handle_endtag(self, tag):
        self._cell = self._cell and tag not in ('td', 'th')

    def handle_data(self, data):
        if self._cell:
            self.rows[-1][-1] += data


def written(tmp_path, *entries, **options):
    path = tmp_path / 'index.html'
    write_summary(path, entries, **options)
    return path.read_text(encoding='utf-8')


def test_a_row_has_the_counts_and_the_f1(tmp_path, video):
    rows = Tables(written(tmp_path, SummaryEntry(line(video), 'p.html'))).rows
    assert rows[0] == ['video', 'length', 'annotated', 'found', 'matched',
                       'missed', 'false alarm', 'wrong class', 'badly placed',
                       'F1']
    assert rows[1] == ['a "video" <i>', '0:20', '4', '5', '1', '3', '2', '1',
                       '1', '0.222']


def test_totals_and_classes_are_those_of_the_evaluation(tmp_path, video):
    other = VideoDetections('b', [(0, 10), (50, 61)], [0, 2], [.9, .4],
                            [(1, 10), (50, 60)], [0, 2], 100, 10.)
    lines = [line(video), line(other)]
    score = segment_f1([video.above(.3), other.above(.3)], 4,
                       classes=CLASSES)
    found = class_rows(lines)
    assert [row.name for row in found] == CLASSES[:3]
    for mine, wanted in zip(found, score.rows):
        for key in ('support', 'predicted', 'recall', 'precision', 'f1'):
            assert getattr(mine, key) == pytest.approx(
                getattr(wanted, key), nan_ok=True), (mine, key)
    text = written(tmp_path, *map(SummaryEntry, lines))
    assert f'<dd>{score.f1:.3f}</dd>' in text


def test_videos_without_annotation_have_no_errors(tmp_path):
    bare = line(VideoDetections('b', [(0, 10)], [0], [.9], num_frames=50))
    text = written(tmp_path, SummaryEntry(bare))
    assert Tables(text).rows == [['video', 'length', 'found'],
                                 ['b', '0:05', '1']]
    assert ' missed <b>' not in text and 'Classes' not in text


def test_known_and_hidden_annotations_may_be_mixed(tmp_path, video):
    bare = line(VideoDetections('b', [(0, 10)], [0], [.9], num_frames=50))
    text = written(tmp_path, SummaryEntry(line(video)), SummaryEntry(bare))
    rows = Tables(text).rows
    assert rows[2][2:4] == ['\u2013', '1'] and rows[2][-1] == '\u2013'
    assert '<dd>0.222</dd>' in text  # the hidden one is no false alarm
    assert class_rows([line(video), bare])[0].predicted == 2


def test_a_video_without_anything_has_a_row(tmp_path):
    empty = line(VideoDetections('e', gt_segments=[], gt_labels=[],
                                 num_frames=36610))
    rows = Tables(written(tmp_path, SummaryEntry(empty))).rows
    assert rows[1][:3] == ['e', '1:01:01', '0'] and rows[1][-1] == '\u2013'
    with pytest.raises(ValueError, match='at least one'):
        written(tmp_path)


def test_names_and_problems_from_files_add_no_element(tmp_path, video):
    def tags(name):
        entry = SummaryEntry(line(video, title=name), f'{name}.html', name)
        return Tables(written(tmp_path, entry, title=name)).tags

    evil = '"><script>alert(1)</script>'
    plain, found = tags('harmless'), tags(evil)
    assert [t for t, _ in found] == [t for t, _ in plain]
    link, = [a['href'] for t, a in found if t == 'a']
    assert not set(link) & set('"<>:')
    assert not [t for t, a in found if 'onerror' in a or t == 'img']


def test_strips_of_thousands_of_gestures_stay_small(tmp_path):
    rng = np.random.default_rng(0)
    start = rng.uniform(0, 1e5, 20000)
    video = VideoDetections(
        'v', np.stack([start, start + 9], 1), np.zeros(20000, int),
        rng.random(20000), num_frames=100100)
    text = written(tmp_path, SummaryEntry(line(video)))
    strip = re.search('<svg.*?</svg>', text, re.S)[0]
    assert 1000 < len(strip) < 30000
