"""The small untrimmed set of mmgesture.testing_untrimmed."""
import numpy as np

from mmgesture.structures import read_annotations, untrimmed_videos
from mmgesture.testing_untrimmed import write_tiny_untrimmed


def test_gestures_can_be_told_from_the_features(tmp_path):
    path = write_tiny_untrimmed(tmp_path)
    videos = untrimmed_videos(read_annotations(path))
    assert len(videos) == 10 and all(v.segments for v in videos)
    for video in videos:
        features = np.load(tmp_path / 'features' / 'tiny' /
                           f'{video.video_id}.npy')
        for s in video.segments:
            inside = features[s.start // 2 + 1:s.end // 2 - 2, s.label]
            assert inside.mean() > 0.9
