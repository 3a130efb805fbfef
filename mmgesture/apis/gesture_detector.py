"""Gestures with their times out of one video, by the code path of the test."""
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, List, Optional, Union

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope

from mmgesture.datasets.convert.window_clips import BACKGROUND
from mmgesture.datasets.features import write_features
from mmgesture.datasets.features.skeleton_set import features_of_skeleton
from mmgesture.datasets.video import open_video
from mmgesture.engine.operating_point import META_KEY
from mmgesture.evaluation.functional import FrameMerge, WindowMerge
from mmgesture.evaluation.metrics.window_results import (merge_results,
                                                         window_result)
from mmgesture.models.localizers import CausalLocalizer
from mmgesture.registry import DATASETS
from mmgesture.structures import (FrameClock, GestureEvent, GestureSegment,
                                  UntrimmedVideo, VideoDetections,
                                  make_header, write_annotations)
from mmgesture.visualization.timeline import ScoreTrack
from .sliding_recognizer import SlidingRecognizer
from .stream_detection import detect_stream
from .trained_model import TrainedModel, load_model, test_dataset

__all__ = ['DetectedVideo', 'GestureDetector']

Progress = Optional[Callable[[str, int, int], None]]
#: For models whose checkpoint holds no tuned threshold.
DEFAULT_THRESHOLD = 0.5


@dataclass
class DetectedVideo:
    """Gestures found in one video.

    Attributes:
        video (str): The file.
        gestures (list[GestureSegment]): By start, times in frames.
        classes (list[str]): Class names.
        threshold (float): Score from which they count.
        num_frames (int): Frames of the video.
        fps (float): Mean rate.
        timestamps (np.ndarray): Seconds of the frames, (num_frames,).
        scores (ScoreTrack, optional): Class probabilities over time, of
            models that are slid over the video and of stream models.
            Defaults to None.
        events (list[GestureEvent], optional): What a stream model said and
            when, seconds. Defaults to None.
    """

    video: str
    gestures: List[GestureSegment]
    classes: List[str]
    threshold: float
    num_frames: int
    fps: float
    timestamps: np.ndarray
    scores: Optional[ScoreTrack] = None
    events: Optional[List[GestureEvent]] = None

    def seconds(self, frame: float) -> float:
        """When a frame is shown, also in files with an uneven rate.

        Args:
            frame (float): Position in frames.

        Returns:
            float: Seconds since the first frame.
        """
        clock = FrameClock(self.fps, self.timestamps)
        return float(clock.seconds(frame))


class GestureDetector:
    """Finds gestures in a video with any trained model of the package.

    - a localizer of frames: windows of the video through its test pipeline;
    - a localizer of features: the features are made first, by the recognizer
      ``extractor``, or of a skeleton file given to the call;
    - a recognizer of clips: slid over the video; neighbouring windows of the
      same class are joined;
    - a stream model of frames: what it closes, with its own thresholds.

    Args:
        config (str | Path | Config): Config of the model.
        checkpoint (str | Path): Its checkpoint.
        extractor (TrainedModel, optional): Recognizer whose features a
            localizer was trained on. Defaults to None.
        threshold (float, optional): Score from which detections count; None:
            the checkpoint's. Defaults to None.
        seconds (float): Length of a recognizer's window. Defaults to 1.6.
        merge (FrameMerge): How its windows are joined. Defaults to an
            average of 3 windows and at least 2.
        device (str): Where to compute. Defaults to 'cpu'.
        trust_checkpoint (bool): Unpickle a foreign checkpoint. Defaults to
            False.
        batch_size (int): Windows per forward pass. Defaults to 4.

    Raises:
        FileNotFoundError: If config or checkpoint is absent.
        CheckpointError: If the checkpoint cannot be used.
        ValueError: If class names are unknown, or an extractor is missing.
    """

    def __init__(self,
                 config: Union[str, Path, Config],
                 checkpoint: Union[str, Path],
                 extractor: Optional[TrainedModel] = None,
                 threshold: Optional[float] = None,
                 seconds: float = 1.6,
                 merge: FrameMerge = FrameMerge(smooth=3, min_steps=2),
                 device: str = 'cpu',
                 trust_checkpoint: bool = False,
                 batch_size: int = 4) -> None:
        self.trained = load_model(config, checkpoint, device,
                                  trust_checkpoint)
        if self.trained.classes is None:
            raise ValueError(
                f'{checkpoint}: no class names in its meta, and the config '
                'has none under test_dataloader.dataset.metainfo.classes')
        self.classes = list(self.trained.classes)
        point = self.trained.meta.get(META_KEY) or {}
        self.streams = isinstance(self.trained.model, CausalLocalizer)
        self.tuned = threshold is not None or 'threshold' in point or \
            self.streams
        self.threshold = point.get(
            'threshold', 0. if self.streams else DEFAULT_THRESHOLD) \
            if threshold is None else threshold
        self.name = str(checkpoint)
        self.extractor = extractor
        self.seconds, self.frame_merge = seconds, merge
        self.batch_size = batch_size
        self.slides = hasattr(self.trained.model, 'cls_head')
        self.background = None
        if self.slides and self.classes[-1] == BACKGROUND:
            self.classes.pop()
            self.background = len(self.classes)
        evaluator = self.trained.cfg.get('test_evaluator') or {}
        if isinstance(evaluator, (list, tuple)):
            evaluator = evaluator[0]
        self.merge = WindowMerge(**(evaluator.get('merge') or {}))

    def __call__(self,
                 video: str,
                 keypoints: Optional[str] = None,
                 progress: Progress = None) -> DetectedVideo:
        """Find the gestures of a video.

        Args:
            video (str): The file.
            keypoints (str, optional): Its skeleton file, for localizers of
                skeleton features. Defaults to None.
            progress (Callable, optional): Called with (stage, done, all).
                Defaults to None.

        Returns:
            DetectedVideo: What counts at the threshold.

        Raises:
            UnreadableMediaError: If a file cannot be read.
            ValueError: If the model needs features that nothing here makes.
        """
        with open_video(video) as reader:
            facts = UntrimmedVideo(
                'video', os.path.abspath(video), keypoints, len(reader),
                reader.fps)
            stamps = reader.timestamps
        scores = events = None
        clock = FrameClock(facts.fps, stamps)
        if self.streams:
            found, scores, events = detect_stream(self.trained, self.name,
                                                  video, clock)
        elif self.slides:
            found, scores = self._slide(video, progress, clock)
        else:
            with tempfile.TemporaryDirectory() as folder:
                found = self._localise(folder, facts, progress)
        return DetectedVideo(video, found.above(self.threshold).gestures(),
                             self.classes, self.threshold, facts.num_frames,
                             facts.fps, stamps, scores, events)

    def _slide(self, video: str, progress: Progress,
               clock: FrameClock) -> tuple:
        """Detections, and the scores of the classes over time."""
        result = self._slider(self.trained)(video, _counter(
            progress, 'windows'))
        segments, scores, labels = self.frame_merge(
            result.scores, result.grid, self.background, result.num_frames)
        middles = result.grid.to_frames(np.arange(result.grid.num_steps))
        track = ScoreTrack(
            clock.seconds(middles), result.scores[:, :len(self.classes)])
        return VideoDetections('video', segments, labels, scores), track

    def _slider(self, trained: TrainedModel) -> SlidingRecognizer:
        slider = SlidingRecognizer(trained)
        # as many sampled frames as the clip has, over the wanted seconds
        return SlidingRecognizer(
            trained, slider.clip_len, max(slider.clip_len // 4, 1),
            slider.clip_len / self.seconds)

    def _localise(self, folder: str, video: UntrimmedVideo,
                  progress: Progress) -> VideoDetections:
        settings = test_dataset(self.trained.cfg).to_dict()
        settings = {
            key: value for key, value in settings.items()
            if key not in ('split', 'subjects', 'exclude_subjects', 'indices')
        }
        if settings.get('features') is not None:
            self._make_features(folder, video, progress)
            settings['features'] = dict(
                settings['features'], folder='features')
        entry = dict(video_id='video', video=video.video,
                     num_frames=video.num_frames, fps=video.fps,
                     labelled=False)
        ann_file = os.path.join(folder, 'annotations.jsonl')
        write_annotations(
            ann_file,
            make_header('video', self.classes, None, dict(videos=[entry])),
            [], allow_outside=True)
        settings.update(ann_file=ann_file, data_root=folder, test_mode=True,
                        allow_outside=True)
        scope = self.trained.cfg.get('default_scope', 'mmaction')
        with DefaultScope.overwrite_default_scope(scope):
            dataset = DATASETS.build(settings)
        windows = []
        for first in range(0, len(dataset), self.batch_size):
            indices = range(first,
                            min(first + self.batch_size, len(dataset)))
            batch = pseudo_collate([dataset[i] for i in indices])
            with torch.no_grad():
                samples = self.trained.model.test_step(batch)
            windows += [window_result(s.to_dict()) for s in samples]
            if progress is not None:
                progress('windows', len(windows), len(dataset))
        if all(w['unreadable'] for w in windows):
            # says which file, and why
            dataset.test_mode = False
            dataset[0]
        return merge_results(windows, self.merge)[0]

    def _make_features(self, folder: str, video: UntrimmedVideo,
                       progress: Progress) -> None:
        """The features that the localizer was trained on, of this video."""
        wanted = (self.trained.meta.get('dataset_meta') or {}).get('features')
        wanted = wanted or {}
        made_by = wanted.get('made_by') or {}
        out = os.path.join(folder, 'features')
        recipe = {k: wanted.get(k) for k in ('stride', 'window', 'fps')}
        if made_by.get('kind') == 'skeleton_features':
            if video.keypoints is None:
                raise ValueError(
                    'the localizer was trained on skeletons: give the '
                    "video's skeleton file (--keypoints)")
            features, _ = features_of_skeleton(
                video.keypoints, video, made_by.get('layout', 'kinect-25'),
                made_by.get('dims', 3), made_by.get('lag', 0.1))
            write_features(out, 'video', features,
                           dict(recipe, made_by=made_by))
            return
        if self.extractor is None:
            what = made_by.get('config') or 'another model'
            raise ValueError(
                f'the localizer was trained on features of {what}: give its '
                'config and checkpoint (--extractor CONFIG CHECKPOINT)')
        if not recipe['stride'] or not recipe['window']:
            raise ValueError(
                'the checkpoint does not say with which window and stride '
                'its features were made; train it on a folder with '
                'features.json')
        slider = SlidingRecognizer(
            self.extractor, int(recipe['window']), int(recipe['stride']),
            recipe['fps'])
        result = slider(video.video, _counter(progress, 'features'))
        write_features(out, 'video', result.features,
                       dict(recipe, made_by=made_by))


def _counter(progress: Progress, stage: str) -> Optional[Callable]:
    """A running total for a callback that gets the increments."""
    if progress is None:
        return None
    total = 0

    def advance(count: int) -> None:
        nonlocal total
        total += count
        progress(stage, total, 0)

    return advance
