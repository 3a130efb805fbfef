"""Late fusion: one score file out of the score files of several streams.

Two spaces are offered. With weights ``w`` on the simplex and ``p_s`` the
class probabilities of stream ``s``:

- ``'probability'``: ``sum_s w_s p_s``, soft voting, the rule of MM-Gesture
  (MiGA 2025) for its six streams;
- ``'logit'``: ``softmax(sum_s w_s log p_s)``. A logit is the logarithm of the
  probability up to a constant of the clip, which the softmax removes, so this
  is the weighted sum of the networks' logits, as MMN fuses its joint and bone
  streams, without needing more than the score files.

A temperature divides the logits of a stream before either: above 1 it makes
an over-confident stream softer.

Streams are joined by sample id. A clip that a stream could not read holds a
uniform row there, which knows nothing: the weights of the other streams share
its place, and only a clip that no stream in use could read stays unreadable.
"""
from typing import List, Optional, Sequence, Union

import numpy as np

from .same_clips import align_clips
from .score_file import ScoreFile

SPACES = ('probability', 'logit')

#: Smallest probability whose logarithm is taken, the smallest normal
#: float32: where a softmax has underflowed to 0, the logit is lost.
FLOOR = float(np.finfo(np.float32).tiny)


def simplex_weights(weights: Optional[Sequence[float]],
                    number: int) -> np.ndarray:
    """Weights that are at least 0 and sum to 1.

    Args:
        weights (Sequence[float], optional): One a stream, of any positive
            sum; None: all equal.
        number (int): Number of streams.

    Returns:
        np.ndarray: The weights divided by their sum, shape (number,),
        float64.

    Raises:
        ValueError: If there are not ``number`` of them, one is negative or
            not finite, or all are 0.
    """
    if number < 1:
        raise ValueError(f'expected at least one stream, got {number}')
    if weights is None:
        return np.full(number, 1 / number)
    weights = np.asarray(weights, dtype=np.float64)
    if weights.shape != (number, ):
        raise ValueError(f'expected {number} weights, one a stream, got '
                         f'{weights.size}: {weights.tolist()}')
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError('expected weights of at least 0, got '
                         f'{weights.tolist()}')
    if weights.sum() <= 0:
        raise ValueError('expected at least one weight above 0, got '
                         f'{weights.tolist()}')
    return weights / weights.sum()


def align_scores(score_files: Sequence[ScoreFile]) -> List[ScoreFile]:
    """Bring the streams into the clip order of the first one.

    Args:
        score_files (Sequence[ScoreFile]): At least one.

    Returns:
        list[ScoreFile]: The same ids in the same order. A label that only
        some of the files know is filled in for all.

    Raises:
        ValueError: If classes, ids or known labels differ; the message names
            the files and what differs.
    """
    aligned = align_clips(score_files)
    first = aligned[0]
    labels: List[Optional[int]] = list(first.labels)
    origin: List[str] = [first.source] * len(labels)
    for file in aligned[1:]:
        for row, label in enumerate(file.labels):
            if labels[row] is None:
                labels[row], origin[row] = label, file.source
            elif label is not None and label != labels[row]:
                raise ValueError(
                    f'{file.source}: the label of '
                    f'{file.sample_ids[row]!r} is {label}, but '
                    f'{labels[row]} in {origin[row]}; the files were made '
                    'with different annotations')
    for file in aligned:
        file.labels = list(labels)
    return aligned


def stream_logits(scores: np.ndarray,
                  temperature: float = 1.0) -> np.ndarray:
    """Logits, up to a constant of each clip, of given probabilities.

    Args:
        scores (np.ndarray): Probabilities, shape (num_clips, num_classes).
        temperature (float): Divides the logits. Defaults to 1.

    Returns:
        np.ndarray: ``log p / temperature``, same shape, float64; finite, a
        probability counts as at least :data:`FLOOR`.

    Raises:
        ValueError: If the temperature is not above 0.
    """
    if not np.isfinite(temperature) or temperature <= 0:
        raise ValueError(f'expected a temperature above 0, got {temperature}')
    scores = np.asarray(scores, dtype=np.float64)
    return np.log(np.maximum(scores, FLOOR)) / temperature


def softmax(logits: np.ndarray) -> np.ndarray:
    """Softmax over the last axis.

    Args:
        logits (np.ndarray): Shape (..., num_classes), finite.

    Returns:
        np.ndarray: Probabilities, same shape, float64.
    """
    shifted = np.asarray(logits, dtype=np.float64)
    shifted = np.exp(shifted - shifted.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def stack_streams(
        score_files: Sequence[ScoreFile],
        space: str = 'probability',
        temperature: Union[float, Sequence[float]] = 1.0) -> np.ndarray:
    """What the weights multiply.

    Args:
        score_files (Sequence[ScoreFile]): Aligned streams.
        space (str): One of :data:`SPACES`. Defaults to 'probability'.
        temperature (float | Sequence[float]): One for all streams or one
            each. Defaults to 1.

    Returns:
        np.ndarray: Probabilities or logits, shape (num_streams, num_clips,
        num_classes), float64.

    Raises:
        ValueError: If the space is unknown or a temperature is wrong.
    """
    if space not in SPACES:
        raise ValueError(f'expected a space of {SPACES}, got {space!r}')
    given = np.atleast_1d(np.asarray(temperature, dtype=np.float64))
    if given.shape not in ((1, ), (len(score_files), )):
        raise ValueError('expected one temperature, or one for each of '
                         f'{len(score_files)} streams, got {given.tolist()}')
    rows = []
    for file, value in zip(score_files,
                           np.broadcast_to(given, len(score_files))):
        logits = stream_logits(file.scores, value)  # checks the temperature
        if space == 'logit':
            rows.append(logits)
        else:
            # as it was written, where nothing is to be changed
            rows.append(file.scores if value == 1 else softmax(logits))
    return np.stack(rows)


def fuse_arrays(stack: np.ndarray,
                weights: np.ndarray,
                space: str = 'probability',
                readable: Optional[np.ndarray] = None) -> np.ndarray:
    """Weighted mean of the streams, clip by clip.

    Args:
        stack (np.ndarray): See :func:`stack_streams`, shape (S, n, C).
        weights (np.ndarray): On the simplex, shape (S,).
        space (str): Space of ``stack``. Defaults to 'probability'.
        readable (np.ndarray, optional): Which stream could read which clip,
            shape (S, n), bool; None: all. Defaults to None.

    Returns:
        np.ndarray: Probabilities, shape (n, C); uniform where no stream with
        a weight could read the clip.
    """
    num_streams, num_clips, num_classes = stack.shape
    # (S,) -> (S, n): every clip has its own weights
    shares = np.repeat(
        np.asarray(weights, dtype=np.float64)[:, None], num_clips, axis=1)
    if readable is not None:
        shares = np.where(readable, shares, 0)
    total = shares.sum(axis=0)  # (n,)
    seen = total > 0
    if readable is not None:
        shares = shares / np.where(seen, total, 1)
    fused = np.einsum('sn,snc->nc', shares, stack)
    if space == 'logit':
        fused = softmax(fused)
    fused[~seen] = 1 / num_classes
    return fused


def fuse_scores(score_files: Sequence[ScoreFile],
                weights: Optional[Sequence[float]] = None,
                space: str = 'probability',
                temperature: Union[float, Sequence[float]] = 1.0,
                names: Optional[Sequence[str]] = None) -> ScoreFile:
    """Fuse the score files of several streams.

    Args:
        score_files (Sequence[ScoreFile]): One a stream, same ids and
            classes in any order of the clips.
        weights (Sequence[float], optional): One a stream, divided by their
            sum; None: all equal. Defaults to None.
        space (str): One of :data:`SPACES`. Defaults to 'probability'.
        temperature (float | Sequence[float]): One for all streams or one
            each. Defaults to 1.
        names (Sequence[str], optional): What the header calls the streams;
            None: what errors call them. Defaults to None.

    Returns:
        ScoreFile: In the clip order of the first file. ``unreadable`` where
        no stream of a positive weight could read the clip.

    Raises:
        ValueError: If the files do not belong together, or the weights, the
            space or the temperature are wrong.
    """
    shares = simplex_weights(weights, len(score_files))
    aligned = align_scores(score_files)
    stack = stack_streams(aligned, space, temperature)
    readable = np.stack([~file.unreadable for file in aligned])  # (S, n)
    fused = fuse_arrays(stack, shares, space, readable)
    names = names or [file.source for file in aligned]
    parts = ', '.join(f'{name} x {share:.4g}'
                      for name, share in zip(names, shares))
    return ScoreFile(
        sample_ids=aligned[0].sample_ids,
        scores=fused,
        classes=aligned[0].classes,
        labels=aligned[0].labels,
        unreadable=~readable[shares > 0].any(axis=0),
        config=f'fusion of {parts} ({space})',
        checkpoint=None,
        source='fused scores')
