"""From videos or frames to gesture labels, by the code path of the test."""
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Union

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import Compose, pseudo_collate

from mmgesture.datasets.transforms import OpenVideo
from mmgesture.evaluation.functional import top_k_predictions
from .array_reader import ArrayReader
from .trained_model import load_model

Video = Union[str, Path, np.ndarray]


@dataclass
class GesturePrediction:
    """What the model says about one clip.

    Attributes:
        video (str): The file, or ``<array>`` for frames in memory.
        start (int, optional): First frame, 0-based; None: the file's first.
        end (int, optional): One past the last frame; None: the file's end.
        labels (list[int]): The best classes, best first, 0-based.
        names (list[str]): Their names.
        scores (list[float]): Their probabilities.
        probabilities (np.ndarray): Of all classes, shape (num_classes,),
            float64.
    """

    video: str
    start: Optional[int]
    end: Optional[int]
    labels: List[int]
    names: List[str]
    scores: List[float]
    probabilities: np.ndarray

    def to_dict(self) -> Dict[str, Any]:
        """The prediction in plain types, for JSON.

        Returns:
            dict: The attributes, ``probabilities`` as a list.
        """
        return dict(
            video=self.video,
            start=self.start,
            end=self.end,
            labels=self.labels,
            names=self.names,
            scores=self.scores,
            probabilities=[float(p) for p in self.probabilities])


class MicroGestureInferencer:
    """Classify trimmed gestures with a trained model.

    Clips go through the config's own test pipeline and the model's
    ``test_step``, so the scores are those of ``tools/test.py``.

    Args:
        config (str | Path | Config): Config that the model was trained with.
        checkpoint (str | Path): Its checkpoint.
        device (str): Where to compute. Defaults to 'cpu'.
        trust_checkpoint (bool): Unpickle a foreign checkpoint, which may run
            code of its author. Defaults to False.
        batch_size (int): Clips per forward pass. Defaults to 8.

    Raises:
        FileNotFoundError: If config or checkpoint is absent.
        CheckpointError: If the checkpoint is damaged, does not fit the model
            or needs trust.
        ValueError: If the class names are unknown or do not fit the head.
    """

    def __init__(self,
                 config: Union[str, Path, Config],
                 checkpoint: Union[str, Path],
                 device: str = 'cpu',
                 trust_checkpoint: bool = False,
                 batch_size: int = 8) -> None:
        if batch_size < 1:
            raise ValueError(f'expected a positive batch_size, got '
                             f'{batch_size}')
        loaded = load_model(config, checkpoint, device, trust_checkpoint)
        if loaded.classes is None:
            raise ValueError(
                f'{checkpoint}: no class names in its meta, and the config '
                'has none under test_dataloader.dataset.metainfo.classes; '
                'write them there, in the order of the training labels')
        self.cfg = loaded.cfg
        self.model = loaded.model
        self.classes = loaded.classes
        self.pipeline = Compose(loaded.transforms)
        self.batch_size = batch_size
        self.device = torch.device(device)
        num_outputs = self.model.cls_head.num_classes
        if len(self.classes) != num_outputs:
            raise ValueError(
                f'{checkpoint}: names {len(self.classes)} classes, but the '
                f'head of the config has {num_outputs}; use the config that '
                'the checkpoint was trained with')

    def __call__(
        self,
        video: Union[Video, Sequence[Video]],
        start: Optional[int] = None,
        end: Optional[int] = None,
        topk: int = 5
    ) -> Union[GesturePrediction, List[GesturePrediction]]:
        """Classify one clip or several.

        Args:
            video (str | Path | np.ndarray | Sequence): A file, frames as RGB
                uint8 of shape (T, H, W, 3), or a list of such.
            start (int, optional): First frame of the gesture, 0-based; for
                all clips alike. None: the first. Defaults to None.
            end (int, optional): One past its last frame; an end beyond the
                file counts as the file's end. None: the file's end.
                Defaults to None.
            topk (int): How many classes to name; at most all are.
                Defaults to 5.

        Returns:
            GesturePrediction | list[GesturePrediction]: A list if a list was
            given, in its order.

        Raises:
            FileNotFoundError: If a file is absent.
            UnreadableMediaError: If a file cannot be decoded, or the segment
                lies beyond it.
            TypeError: If frames are not uint8.
            ValueError: If frames are empty or of a wrong shape, or the
                segment or ``topk`` makes no sense.
        """
        start = 0 if start is None and end is not None else start
        if start is not None and start < 0:
            raise ValueError(f'expected start of at least 0, got {start}')
        if end is not None and end <= start:
            raise ValueError(f'expected end after start {start}, got {end}')
        if topk < 1:
            raise ValueError(f'expected topk of at least 1, got {topk}')
        single = isinstance(video, (str, os.PathLike, np.ndarray))
        videos = [video] if single else list(video)
        predictions = []
        for first in range(0, len(videos), self.batch_size):
            batch = [
                self._prepare(item, start, end)
                for item in videos[first:first + self.batch_size]
            ]
            predictions += self._predict(batch, start, end, topk)
        return predictions[0] if single else predictions

    def _prepare(self, video: Video, start: Optional[int],
                 end: Optional[int]) -> dict:
        """One clip through the test pipeline."""
        results: Dict[str, Any] = dict(
            start=start, end=end, label=None, unreadable=False)
        reader = None
        if isinstance(video, (str, os.PathLike)):
            path = os.path.abspath(video)
            if not os.path.isfile(path):
                raise FileNotFoundError(f'no video at {video}')
            results.update(sample_id=str(video), filename=path)
        else:
            reader = ArrayReader(video)
            results.update(sample_id=reader.path, filename=reader.path)
            if not any(isinstance(t, OpenVideo)
                       for t in self.pipeline.transforms):
                raise ValueError(
                    'frames in memory need a test pipeline with OpenVideo; '
                    'this config reads its files in another way')
        try:
            for transform in self.pipeline.transforms:
                if reader is not None and isinstance(transform, OpenVideo):
                    # what OpenVideo adds, from memory instead of a file
                    results.update(
                        video_reader=reader,
                        total_frames=len(reader),
                        fps=reader.fps,
                        original_shape=reader.shape)
                else:
                    results = transform(results)
        finally:
            opened = results.pop('video_reader', None)
            if opened is not None:
                opened.close()
        return results

    @torch.no_grad()
    def _predict(self, batch: List[dict], start: Optional[int],
                 end: Optional[int], topk: int) -> List[GesturePrediction]:
        predictions = []
        for sample in self.model.test_step(pseudo_collate(batch)):
            scores = sample.pred_score.cpu().double().numpy()
            best = top_k_predictions(scores[None], min(topk, len(scores)))[0]
            predictions.append(
                GesturePrediction(
                    video=sample.sample_id,
                    start=start,
                    end=end,
                    labels=[int(index) for index in best],
                    names=[self.classes[index] for index in best],
                    scores=[float(scores[index]) for index in best],
                    probabilities=scores))
        return predictions
