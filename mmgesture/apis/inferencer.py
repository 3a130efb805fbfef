"""From videos or frames to gesture labels, by the code path of the test."""
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Union

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import Compose, pseudo_collate
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope

from mmgesture.datasets.transforms import OpenVideo
from mmgesture.engine.checkpoint import (load_local, load_weights,
                                         trusting_checkpoints)
from mmgesture.engine.checkpoint_meta import preprocessing_of
from mmgesture.evaluation.functional import top_k_predictions
from mmgesture.registry import MODELS, TRANSFORMS
from .array_reader import ArrayReader
from .preflight import innermost_datasets

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
        if not isinstance(config, Config):
            if not Path(config).is_file():
                raise FileNotFoundError(f'no config at {config}')
            config = Config.fromfile(str(config))
        with trusting_checkpoints(trust_checkpoint):
            loaded = load_local(checkpoint, map_location='cpu')
        self.cfg = config
        self.batch_size = batch_size
        self.device = torch.device(device)
        # Names of types are looked up where the config expects them, whoever
        # set another default scope before.
        scope = config.get('default_scope', 'mmaction')
        with DefaultScope.overwrite_default_scope(scope):
            self.model = MODELS.build(config.model)
            self.pipeline = Compose([
                TRANSFORMS.build(step)
                for step in _test_dataset(config).pipeline
            ])
        load_weights(self.model, loaded.get('state_dict', loaded),
                     str(checkpoint))
        meta = loaded.get('meta') or {}
        self.classes = _class_names(config, meta, str(checkpoint))
        num_outputs = self.model.cls_head.num_classes
        if len(self.classes) != num_outputs:
            raise ValueError(
                f'{checkpoint}: names {len(self.classes)} classes, but the '
                f'head of the config has {num_outputs}; use the config that '
                'the checkpoint was trained with')
        _warn_of_other_preprocessing(config, meta, str(checkpoint))
        self.model.to(self.device).eval()

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


def _test_dataset(config: Config) -> Config:
    """Config of the test set, out of its wrappers."""
    return innermost_datasets(config.test_dataloader.dataset)[0]


def _warn_of_other_preprocessing(config: Config, meta: Dict[str, Any],
                                 checkpoint: str) -> None:
    """Warn when the model was trained for other inputs."""
    trained = meta.get('preprocessing')
    if not trained:
        return
    ours = preprocessing_of(config)
    # compared as JSON, where tuples and lists are the same
    differing = [
        key for key in ours
        if json.dumps(ours[key], sort_keys=True, default=str) != json.dumps(
            trained.get(key), sort_keys=True, default=str)
    ]
    if differing:
        MMLogger.get_current_instance().warning(
            f'{checkpoint} was trained with another '
            f'{" and another ".join(differing)} than the config has; the '
            'scores may be wrong')


def _class_names(config: Config, meta: Dict[str, Any],
                 checkpoint: str) -> List[str]:
    """Class names of the checkpoint, else of the config.

    Raises:
        ValueError: If neither has them, or they contradict each other.
    """
    dataset_meta = meta.get('dataset_meta') or {}
    stored = meta.get('classes') or dataset_meta.get('classes')
    metainfo = _test_dataset(config).get('metainfo') or {}
    written = metainfo.get('classes')
    if stored is None and written is None:
        raise ValueError(
            f'{checkpoint}: no class names in its meta, and the config has '
            'none under test_dataloader.dataset.metainfo.classes; write them '
            'there, in the order of the training labels')
    if stored and written and list(stored) != list(written):
        raise ValueError(
            f'{checkpoint}: its class names differ from the '
            f'{len(written)} under test_dataloader.dataset.metainfo.classes '
            'of the config; remove those, or use the matching checkpoint')
    return [str(name) for name in (stored or written)]
