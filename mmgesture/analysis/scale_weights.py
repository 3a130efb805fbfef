"""Which scale ASWM prefers for which class (Fig. 4)."""
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, List, NamedTuple, Optional, Union

import numpy as np
import torch
from mmengine.registry import DefaultScope
from torch import nn

from mmgesture.apis import MicroGestureInferencer, PreflightError
from mmgesture.apis.preflight import check
from mmgesture.apis.run_config import prepare_test, read_config
from mmgesture.engine import GestureRunner
from mmgesture.fileio import atomic_write
from mmgesture.models.necks import ASWM, MCFM
from .probing import find_module

#: Wraps an iterable of known length into a progress bar.
Progress = Callable[[Iterable, int], Iterable]


class ClassWeights(NamedTuple):
    """Weights of the scales over the clips of every class.

    Attributes:
        clips (np.ndarray): Clips, shape (num_classes,), int64.
        mean (np.ndarray): Mean weight, shape (num_classes, S); nan for a
            class without clips.
        spread (np.ndarray): Standard deviation over the clips, of the
            sample (n - 1), same shape; nan for fewer than two clips.
    """

    clips: np.ndarray
    mean: np.ndarray
    spread: np.ndarray


@dataclass
class ScaleWeights:
    """Weights of the scales in every clip of a split.

    Attributes:
        sample_ids (list[str]): The clips.
        labels (np.ndarray): Their true classes, shape (N,), int64; -1 where
            hidden.
        weights (np.ndarray): ASWM's alpha, its mean over all positions of
            the clip, shape (N, S), float64; rows sum to 1.
        classes (list[str]): Class names.
        scales (list[str]): Names of the scales, length S.
        unreadable (int): Clips left out because they could not be decoded.
    """

    sample_ids: List[str]
    labels: np.ndarray
    weights: np.ndarray
    classes: List[str]
    scales: List[str]
    unreadable: int = 0

    def by_class(self) -> ClassWeights:
        """Mean and spread of the weights over the clips of every class.

        Returns:
            ClassWeights: Clips, means and standard deviations; clips with a
            hidden label are in none.
        """
        shape = (len(self.classes), len(self.scales))
        clips = np.zeros(shape[0], dtype=np.int64)
        mean, spread = np.full(shape, np.nan), np.full(shape, np.nan)
        for index in range(shape[0]):
            rows = self.weights[self.labels == index]
            clips[index] = len(rows)
            if len(rows):
                mean[index] = rows.mean(axis=0)
            if len(rows) > 1:
                spread[index] = rows.std(axis=0, ddof=1)
        return ClassWeights(clips, mean, spread)


def require_aswm(model: nn.Module, source: str = 'the model') -> ASWM:
    """The ASWM of a model.

    Args:
        model (nn.Module): A recognizer.
        source (str): What errors call it. Defaults to 'the model'.

    Returns:
        ASWM: The neck.

    Raises:
        ValueError: If it has none; the message names the necks it has.
    """
    aswm = find_module(model, ASWM)
    if aswm is None:
        neck = getattr(model, 'neck', None)
        necks = neck if isinstance(neck, nn.ModuleList) else [neck]
        names = [type(item).__name__ for item in necks if item is not None]
        found = f'the necks {", ".join(names)}' if names else 'no neck'
        raise ValueError(
            f'{source}: expected a model with the neck ASWM, which weighs '
            f'the scales, got {found}; the configs msf-*-plus have one')
    return aswm


def collect_scale_weights(config: str,
                          checkpoint: str,
                          data_root: Optional[str] = None,
                          split: Optional[str] = None,
                          device: str = 'cpu',
                          trust_checkpoint: bool = False,
                          progress: Optional[Progress] = None
                          ) -> ScaleWeights:
    """Weights that a trained model's ASWM gives to the clips of a split.

    The clips go through the test's own code path; clips that cannot be
    decoded are left out.

    Args:
        config (str): The config file.
        checkpoint (str): The checkpoint.
        data_root (str, optional): Folder of the data. Defaults to None: the
            config's.
        split (str, optional): The split. Defaults to None: the one of the
            config's ``test_dataloader``.
        device (str): Where to compute. Defaults to 'cpu'.
        trust_checkpoint (bool): Unpickle a foreign checkpoint. Defaults to
            False.
        progress (Callable, optional): Given the batches and their number,
            returns the batches; for a progress bar. Defaults to None.

    Returns:
        ScaleWeights: The weights.

    Raises:
        PreflightError: If config, data or checkpoint are not there, or the
            data has other classes than the model.
        CheckpointError: If the checkpoint cannot be used.
        ValueError: If the model has no ASWM or nothing could be decoded.
    """
    cfg = read_config(config, data_root=data_root)
    prepare_test(cfg, checkpoint, split=split)
    check(cfg, ('test', ), weights=False, checkpoint=checkpoint)
    infer = MicroGestureInferencer(cfg, checkpoint, device, trust_checkpoint)
    aswm = require_aswm(infer.model, str(config))
    with DefaultScope.overwrite_default_scope(
            cfg.get('default_scope', 'mmaction')):
        loader = GestureRunner.build_dataloader(cfg.test_dataloader, seed=0)
    classes = list(loader.dataset.metainfo.get('classes') or infer.classes)
    if classes != infer.classes:
        raise PreflightError(
            f'{checkpoint} was trained for other classes than the data set '
            f'has: {infer.classes[:2]}... and {classes[:2]}...')
    kept: List[torch.Tensor] = []
    handle = aswm.register_forward_hook(
        lambda module, inputs, output: kept.append(
            # (B * views, S, T', H', W') -> (B * views, S)
            module.scale_weights(inputs[0]).double().mean((2, 3, 4))))
    ids, labels, weights, unreadable = [], [], [], 0
    batches = loader if progress is None else progress(loader, len(loader))
    try:
        for batch in batches:
            kept.clear()
            with torch.no_grad():
                samples = infer.model.test_step(batch)
            alpha = torch.cat(kept)
            # (B * views, S) -> (B, S)
            alpha = alpha.unflatten(0, (len(samples), -1)).mean(1)
            for sample, row in zip(samples, alpha.cpu().numpy()):
                if sample.get('unreadable', False):
                    unreadable += 1
                    continue
                ids.append(sample.sample_id)
                label = sample.get('gt_label')
                labels.append(-1 if label is None else int(label))
                weights.append(row)
    finally:
        handle.remove()
    if not ids:
        raise ValueError(f'{config}: none of the {unreadable} clips could be '
                         'decoded')
    return ScaleWeights(
        ids, np.array(labels, dtype=np.int64), np.stack(weights), classes,
        _scale_names(infer.model, aswm.num_scales), unreadable)


def _scale_names(model: nn.Module, number: int) -> List[str]:
    """The windows of MCFM as the paper writes them, else numbers."""
    mcfm = find_module(model, MCFM)
    if mcfm is None or len(mcfm.windows) != number:
        return [f'scale {index + 1}' for index in range(number)]
    return [f'win@{k}×{k}×{k}' for k in mcfm.windows]


def write_scale_weights(path: Union[str, Path],
                        found: ScaleWeights) -> None:
    """Write the weights of the classes as csv, one class a row, atomically.

    Columns: index and name of the class, its clips, then mean and standard
    deviation over the clips of each scale's weight; empty where there are
    too few clips.

    Args:
        path (str | Path): The file.
        found (ScaleWeights): The weights.
    """
    table = found.by_class()
    with atomic_write(path, newline='') as file:
        writer = csv.writer(file)
        writer.writerow(['index', 'class', 'clips'] + [
            f'{kind} {scale}' for scale in found.scales
            for kind in ('mean', 'std')
        ])
        for index, name in enumerate(found.classes):
            values = np.stack(
                (table.mean[index], table.spread[index]), axis=1).ravel()
            writer.writerow([index, name, table.clips[index]] + [
                '' if np.isnan(value) else f'{value:.6f}' for value in values
            ])
