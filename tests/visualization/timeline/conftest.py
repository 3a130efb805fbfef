"""A video with every kind of row, in numbers that can be worked by hand."""
import numpy as np
import pytest

from mmgesture.structures import FrameClock, GestureEvent, VideoDetections
from mmgesture.visualization.timeline import ScoreTrack, make_timeline

CLASSES = ['nod', '</script><b onclick=alert(1)>&', 'wave']


@pytest.fixture(scope='package')
def video():
    """At 10 frames a second: one row of each kind, two of false alarms."""
    found = [
        (12, 30, 0, .9),  # matched: 18 of 20 frames
        (10, 24, 0, .8),  # the same again: false alarm
        (45, 60, 2, .7),  # of another class: wrong class
        (95, 99, 2, .6),  # 4 of 20 frames: badly placed
        (150, 160, 1, .5),  # nothing there: false alarm
        (120, 130, 1, .2),  # right, but below the threshold
    ]
    table = np.array(found)
    truth = [(10, 30, 0), (45, 60, 1), (80, 100, 2), (120, 130, 1)]
    return VideoDetections(
        'a "video" <i>', table[:, :2], table[:, 2].astype(int), table[:, 3],
        [row[:2] for row in truth], [row[2] for row in truth], 200, 10.)


@pytest.fixture(scope='package')
def timeline(video):
    times = np.arange(0, 20, .5)
    scores = np.stack([times / 20, 1 - times / 20, times * 0], 1)
    events = [
        GestureEvent(0, 0, .8, 1.2, None, 'provisional', 1.5),
        GestureEvent(0, 0, .8, 1.2, None, 'confirmed', 2.),
        GestureEvent(0, 0, .9, 1.2, 3., 'closed', 3.5),
        GestureEvent(1, 2, .4, 5., None, 'provisional', 5.5),
        GestureEvent(1, 2, .4, 5., None, 'retracted', 6.),
    ]
    return make_timeline(
        video, CLASSES, FrameClock(10.), .3, scores=ScoreTrack(times, scores),
        events=events, notes=['a <note>'])
