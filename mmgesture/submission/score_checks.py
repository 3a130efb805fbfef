"""What makes a line of a score file valid."""
from typing import Optional, Sequence

import numpy as np

from mmgesture.textio import parse_json, shown

FORMAT_VERSION = 1

#: How far a row of probabilities may be from summing to 1: scores that were
#: computed in half precision miss it by some 1e-3.
SUM_TOLERANCE = 1e-2


def parse_line(where: str, text: str) -> dict:
    """A line as a JSON object.

    Args:
        where (str): File and line, for the message.
        text (str): The line.

    Returns:
        dict: Its content.

    Raises:
        ValueError: If it is none.
    """
    entry = parse_json(text, where)
    if not isinstance(entry, dict):
        raise ValueError(f'{where}: expected a JSON object, got '
                         f'{type(entry).__name__}')
    return entry


def check_header(where: str, header: dict) -> dict:
    """Check the first line.

    Args:
        where (str): File and line, for the message.
        header (dict): The line's content.

    Returns:
        dict: The header itself.

    Raises:
        ValueError: If version or class names are missing.
    """
    if header.get('mmgesture_scores') != FORMAT_VERSION:
        raise ValueError(
            f'{where}: expected a header with "mmgesture_scores": '
            f'{FORMAT_VERSION}, got '
            f'{shown(header.get("mmgesture_scores"))}; this is no score file '
            'of this version')
    classes = header.get('classes')
    if (not isinstance(classes, list) or not classes
            or not all(isinstance(name, str) for name in classes)):
        raise ValueError(f'{where}: expected a list of class names under '
                         f'"classes", got {shown(classes)}')
    return header


def check_row(where: str, sample_id: str, scores: Sequence[float],
              label: Optional[int], num_classes: int) -> np.ndarray:
    """Check one clip.

    Args:
        where (str): File and line, for the message.
        sample_id (str): Its id.
        scores (Sequence[float]): Its probabilities.
        label (int, optional): Its label; None where it is hidden.
        num_classes (int): Number of classes.

    Returns:
        np.ndarray: The probabilities, shape (num_classes,), float64.

    Raises:
        ValueError: If the id is empty, the scores are no probabilities or
            the label is out of range.
    """
    if not isinstance(sample_id, str) or not sample_id:
        raise ValueError(f'{where}: expected a non-empty text as sample_id, '
                         f'got {shown(sample_id)}')
    try:
        row = np.asarray(scores, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f'{where}: expected a list of {num_classes} numbers '
                         f'as scores ({error})') from error
    if row.shape != (num_classes, ):
        raise ValueError(f'{where}: expected {num_classes} scores, one a '
                         f'class, got shape {row.shape}')
    if not np.isfinite(row).all():
        raise ValueError(f'{where}: a score is NaN or infinite')
    if (row < 0).any():
        raise ValueError(f'{where}: a score is negative ({row.min():g}); '
                         'expected probabilities, apply a softmax first')
    if abs(row.sum() - 1) > SUM_TOLERANCE:
        raise ValueError(f'{where}: the scores sum to {row.sum():g}; '
                         'expected probabilities that sum to 1, apply a '
                         'softmax first')
    if label is not None:
        is_integer = (
            isinstance(label, (int, np.integer))
            and not isinstance(label, bool))
        if not is_integer or not 0 <= label < num_classes:
            raise ValueError(f'{where}: expected a label from 0 to '
                             f'{num_classes - 1} or null, got {shown(label)}')
    return row
