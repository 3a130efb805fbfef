"""All figures of a test in one dict."""
from mmgesture.evaluation.functional import (detection_scores, map_scores,
                                             segment_f1, segment_map)

from .detection_cases import random_videos


def test_figures_are_those_of_their_functions():
    videos = random_videos(5, number=6)
    found = detection_scores(videos, 3, non_gesture=2, interval=True)
    assert found['f1'] == found['f1_at_0.3'] == segment_f1(videos, 3).f1
    assert found['f1_at_0.7'] == segment_f1(videos, 3, 0.7).f1
    assert found['f1_gestures'] == segment_f1(
        [v.without(2) for v in videos], 3).f1
    assert found['f1_low'] <= found['f1'] <= found['f1_high']
    assert 'f1_low' not in detection_scores(videos, 3)
    average = map_scores(videos, 3)
    assert average['map'] == segment_map(videos, 3).mean
    assert set(average) == {'map', *(f'map_at_0.{k}' for k in range(3, 8))}
