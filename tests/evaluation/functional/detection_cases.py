"""Golden and random detections for the tests of the evaluation."""
import json

import numpy as np

from mmgesture.structures import VideoDetections


def golden_cases(folder):
    """(videos, mAP by tIoU, starter-kit counts) of every golden case."""
    content = json.loads((folder / 'detection_eval.json').read_text())
    for case in content['cases']:
        videos = [
            build(name, case['ground_truth'].get(name, []),
                  case['predictions'].get(name, []))
            for name in sorted({*case['ground_truth'], *case['predictions']})
        ]
        yield videos, case['mAP'], case['starterkit_tiou0.3']


def build(name, truth, found, **more):
    """A video of rows [class, start, end] and [class, start, end, score]."""
    truth = np.array(truth, float).reshape(-1, 3)
    found = np.array(found, float).reshape(-1, 4)
    return VideoDetections(
        name, found[:, 1:3], found[:, 0].astype(int), found[:, 3],
        truth[:, 1:], truth[:, 0].astype(int), **more)


def random_videos(seed, number=3, classes=3, gestures=8, length=200):
    """Annotations, and detections some of which are near them."""
    rng = np.random.default_rng(seed)
    videos = []
    for index in range(number):
        count = int(rng.integers(0, gestures + 1))
        start = rng.integers(0, length, count)
        truth = np.stack([rng.integers(0, classes, count), start,
                          start + rng.integers(5, 40, count)], 1)
        found = []
        for label, a, b in truth:
            for _ in range(int(rng.integers(0, 3))):
                shift = rng.integers(-12, 13, 2)
                found.append((label if rng.random() < .7 else
                              rng.integers(0, classes), a + shift[0],
                              max(b + shift[1], a + shift[0] + 1)))
        for _ in range(int(rng.integers(0, 5))):
            a = int(rng.integers(0, length))
            found.append((rng.integers(0, classes), a, a + 20))
        scores = np.round(rng.random((len(found), 1)), 2)  # with ties
        found = np.concatenate(
            [np.array(found, float).reshape(-1, 3), scores], 1)
        videos.append(build(f'v{index}', truth, found, num_frames=length + 40,
                            fps=20.))
    return videos
