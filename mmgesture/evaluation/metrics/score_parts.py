"""Scores of networks that predict once per modality, such as RGBPoseConv3D."""
from pathlib import Path
from typing import Any, Dict, Tuple

import numpy as np

from mmgesture.evaluation import functional as F
from mmgesture.submission.score_checks import SUM_TOLERANCE

__all__ = ['checked_scores', 'part_path']


def _row(sample_id: str, what: str, scores: Any) -> np.ndarray:
    row = scores.detach().cpu().double().numpy()
    # NaN passes here; the score file refuses it by its own name
    if (row.ndim != 1 or (row < 0).any()
            or abs(row.sum() - 1) > SUM_TOLERANCE):
        raise ValueError(
            f'{sample_id}{what}: expected one row of probabilities, got '
            f'shape {row.shape} with the sum {row.sum():g}; set '
            "average_clips='prob' in cls_head")
    return row


def checked_scores(
        sample_id: str, pred_score: Any,
        unreadable: bool) -> Tuple[np.ndarray, Dict[str, np.ndarray]]:
    """Probabilities of a clip, whole and by part.

    Of several parts the whole is their mean, as MM-Gesture (MiGA 2025,
    Sec. 3.3) fuses pictures and skeleton: P = (P_RGB + P_pose) / 2.

    Args:
        sample_id (str): Name of the clip, for messages.
        pred_score (Tensor | dict[str, Tensor]): Of shape (num_classes,), or
            such rows by name of the part.
        unreadable (bool): Give uniform scores instead.

    Returns:
        tuple[np.ndarray, dict[str, np.ndarray]]: Shape (num_classes,),
        float64, and the parts by name; no parts for a single row.

    Raises:
        ValueError: If a row is no row of probabilities, or the parts have
            different numbers of classes.
    """
    if not isinstance(pred_score, dict):
        whole, parts = _row(sample_id, '', pred_score), {}
    else:
        parts = {
            str(name): _row(sample_id, f' ({name})', row)
            for name, row in pred_score.items()
        }
        if len({len(row) for row in parts.values()}) != 1:
            sizes = {name: len(row) for name, row in parts.items()}
            raise ValueError(f'{sample_id}: expected scores by part with the '
                             f'same number of classes, got {sizes}')
        whole = np.mean(list(parts.values()), axis=0)
    if unreadable:
        uniform = F.uniform_score(len(whole))
        return uniform, {name: uniform for name in parts}
    return whole, parts


def part_path(path: str, name: str) -> str:
    """Where the scores of a part go: beside those of the whole.

    Args:
        path (str): Score file of the whole, such as ``scores.jsonl``.
        name (str): Name of the part, such as ``rgb``.

    Returns:
        str: Such as ``scores_rgb.jsonl``.
    """
    path = Path(path)
    return str(path.with_name(f'{path.stem}_{name}{path.suffix}'))
