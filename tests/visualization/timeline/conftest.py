"""A video with every kind of row, in numbers that can be worked by hand."""
import shutil

import numpy as np
import pytest

from mmgesture.structures import FrameClock, GestureEvent, VideoDetections
from mmgesture.visualization.timeline import ScoreTrack, make_timeline

CLASSES = ['nod', '</script><b onclick=alert(1)>&', 'wave']
FLAGS = ('--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run',
         '--disable-background-networking', '--disable-component-update',
         '--disable-sync', '--disable-dev-shm-usage')


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


@pytest.fixture(scope='module')
def browser(tmp_path_factory):
    """A Chromium that a test gives pages to; skips where there is none."""
    webdriver = pytest.importorskip(
        'selenium.webdriver', reason='no selenium: pip install selenium')
    from selenium.webdriver.chrome.service import Service
    program = shutil.which('chromium') or shutil.which('google-chrome')
    driver = shutil.which('chromedriver')
    if not (program and driver):
        pytest.skip('no chromium with chromedriver: apt-get install chromium '
                    'chromium-driver')
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in FLAGS:
        options.add_argument(flag)
    profile = tmp_path_factory.mktemp('profile')
    options.add_argument(f'--user-data-dir={profile}')
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    chrome = webdriver.Chrome(options, Service(driver))
    chrome.set_script_timeout(20)
    yield chrome
    chrome.quit()
