"""Which windows a data set consists of."""
from dataclasses import dataclass
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from .windows import copies_per_class, segments_in_window, window_starts

__all__ = ['Oversampling', 'Window', 'plan_windows']

MODES = ('window', 'literal')


@dataclass(frozen=True)
class Oversampling:
    """More of the rare classes (paper 001, section 3.2).

    The paper repeats the annotations of a rare class until there are
    ``R_c`` of each. Taken literally that changes nothing: a copy has the
    same segment, the same targets and the same positives. So ``'window'``
    gives every instance of a rare class ``R_c - 1`` training windows of its
    own beside the regular ones, each at another place around it in every
    epoch; ``'literal'`` repeats the rows, for the record.

    Attributes:
        alpha (float): Classes with fewer training instances are rare; 0:
            none is. The paper does not state it.
        mode (str): 'window' or 'literal'. Defaults to 'window'.

    Raises:
        ValueError: If the mode is unknown or alpha is negative.
    """

    alpha: float
    mode: str = 'window'

    def __post_init__(self) -> None:
        if self.mode not in MODES or not self.alpha >= 0:
            raise ValueError(f'expected a mode of {MODES} and alpha of at '
                             f'least 0, got {self.mode!r} and {self.alpha}')

    def copies(self, counts: np.ndarray) -> np.ndarray:
        """R_c of every class, see :func:`.windows.copies_per_class`.

        Args:
            counts (np.ndarray): Training instances by class, (K,).

        Returns:
            np.ndarray: Shape (K,), int64.
        """
        return copies_per_class(counts, self.alpha)


class Window(NamedTuple):
    """One planned window.

    Attributes:
        video (int): Number of the video.
        start (int): First step; where the window moves, its resting place.
        instance (int, optional): The segment that it was made for; None: a
            regular window.
        label (int): The rarest class in it; the number of classes for none.
        name (str): Unique within the video.
    """

    video: int
    start: int
    instance: Optional[int]
    label: int
    name: str


def plan_windows(
    lengths: Sequence[int],
    window_size: int,
    overlap: float,
    steps: Optional[Sequence[np.ndarray]] = None,
    labels: Optional[Sequence[np.ndarray]] = None,
    min_inside: float = 0.75,
    background_ratio: Optional[float] = None,
    oversample: Oversampling = Oversampling(0),
    num_classes: int = 0,
    seed: int = 0,
) -> Tuple[List[Window], Dict[str, int]]:
    """Plan the windows of a set.

    Args:
        lengths (Sequence[int]): Steps of every sequence.
        window_size (int): Steps of a window.
        overlap (float): See :func:`.windows.window_starts`.
        steps (Sequence[np.ndarray], optional): Segments of every sequence
            in steps, each (N, 2); None: all regular windows, for a test.
            Defaults to None.
        labels (Sequence[np.ndarray], optional): Their classes, each (N,).
            Defaults to None.
        min_inside (float): See :func:`.windows.segments_in_window`.
            Defaults to 0.75.
        background_ratio (float, optional): Windows without a segment for
            each regular one with; None: all. Defaults to None.
        oversample (Oversampling): Extra windows of rare classes. Defaults to
            none.
        num_classes (int): K, for training. Defaults to 0.
        seed (int): Chooses the windows without a segment. Defaults to 0.

    Returns:
        tuple[list[Window], dict[str, int]]: By video and start; and how many
        there are: ``regular, background, background_left_out,
        oversampled``.
    """
    regular, background, extra = [], [], []
    counts = np.zeros(num_classes, dtype=np.int64)
    if steps is not None:
        counts = np.bincount(
            np.concatenate([*labels, np.zeros(0, np.int64)]),
            minlength=num_classes)
    copies = oversample.copies(counts)
    for video, length in enumerate(lengths):
        for start in window_starts(length, window_size, overlap):
            label = num_classes
            if steps is not None:
                _, shown = segments_in_window(
                    steps[video], start, min(window_size, length - start),
                    window_size, min_inside)
                present = labels[video][shown]
                if len(present):
                    label = int(min(present, key=lambda c: (counts[c], c)))
            window = Window(video, start, None, label, str(start))
            plain = steps is not None and label == num_classes
            (background if plain else regular).append(window)
        if steps is None or oversample.mode != 'window':
            continue
        for instance, label in enumerate(labels[video].tolist()):
            extra += [
                Window(video, max(int(steps[video][instance, 0]), 0),
                       instance, label, f'{instance}+{copy}')
                for copy in range(1, copies[label])
            ]
    left_out = 0
    if background_ratio is not None:
        number = min(round(background_ratio * len(regular)), len(background))
        chosen = np.random.RandomState(seed % 2**32).choice(
            len(background), number, replace=False) if number else []
        left_out = len(background) - number
        background = [background[i] for i in sorted(chosen)]
    plan = sorted(regular + background + extra,
                  key=lambda w: (w.video, w.start, w.name))
    return plan, dict(
        regular=len(regular),
        background=len(background),
        background_left_out=left_out,
        oversampled=len(extra))
