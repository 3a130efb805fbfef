"""The linear baseline on windows of features."""
import numpy as np

from mmgesture.analysis.window_classifier import (WindowClassifier,
                                                  annotated, step_labels,
                                                  window_rows)
from mmgesture.datasets.features import FeatureFolder
from mmgesture.evaluation.functional import (choose_merge, merge_steps,
                                             segment_f1)
from mmgesture.structures import (GestureSegment, TimeGrid, UntrimmedVideo,
                                  read_annotations, untrimmed_videos)
from mmgesture.testing_untrimmed import write_tiny_untrimmed


def test_a_step_has_the_class_at_its_centre():
    video = UntrimmedVideo('v', segments=[GestureSegment(4, 12, 1)])
    # centres at 2, 6, 10, 14
    assert step_labels(video, TimeGrid(4, 2, 4), 5).tolist() == [5, 1, 1, 5]


def test_windows_repeat_the_ends():
    rows = window_rows(np.arange(4.)[:, None], 2, 3)
    assert rows.tolist() == [[0, 0, 2], [0, 1, 3], [0, 2, 3], [1, 3, 3]]


def test_hidden_annotations_stay_hidden():
    assert not annotated(UntrimmedVideo('v')).known
    assert annotated(UntrimmedVideo('v', segments=[])).known


def test_gestures_that_features_show_are_found(tmp_path):
    ann = read_annotations(write_tiny_untrimmed(tmp_path, (6, 5, 5)))
    train, val, test = (untrimmed_videos(ann, s)
                        for s in ('train', 'val', 'test'))
    folder = FeatureFolder(str(tmp_path / 'features' / 'tiny'))
    scores = WindowClassifier(reach=3, points=3, strength=1.).run(
        folder, 3, train, val + test)
    assert scores[0].probabilities.shape == (scores[0].grid.num_steps, 4)
    np.testing.assert_allclose(scores[0].probabilities.sum(1), 1, rtol=1e-5)
    merge, tuned = choose_merge(scores[:5], 3, 3)
    found = [v.above(tuned.threshold)
             for v in merge_steps(scores[5:], merge, 3)]
    assert segment_f1(found, 3).f1 > 0.85
