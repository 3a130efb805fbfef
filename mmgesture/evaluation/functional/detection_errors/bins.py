"""Kinds of instances: how long, how much of the video, how many beside."""
from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np

from mmgesture.structures import VideoDetections

__all__ = ['BINS', 'Bins', 'characteristics', 'instance_bins',
           'quantile_bins']

NAMES = ('XS', 'S', 'M', 'L', 'XL')
COUNTS = ('video', 'same_class')


@dataclass(frozen=True)
class Bins:
    """Ranges of a number, each closed on the right.

    Attributes:
        names (tuple[str, ...]): Such as XS, S, M.
        edges (tuple[float, ...]): One more than names; the lowest belongs to
            the first range.
    """

    names: Tuple[str, ...]
    edges: Tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.edges) != len(self.names) + 1 or \
                list(self.edges) != sorted(set(self.edges)):
            raise ValueError(f'expected {len(self.names) + 1} ascending '
                             f'edges for {self.names}, got {self.edges}')

    def of(self, values: np.ndarray) -> np.ndarray:
        """The range of each value.

        Args:
            values (np.ndarray): Shape (N,).

        Returns:
            np.ndarray: Numbers of ranges, (N,), int64; -1: in none.
        """
        values = np.asarray(values, dtype=np.float64)
        place = np.searchsorted(self.edges, values, 'left') - 1
        place[values == self.edges[0]] = 0
        return np.where(place < len(self.names), place, -1)

    def ranges(self) -> List[str]:
        """The ranges as text.

        Returns:
            list[str]: Such as '(2, 5]'.
        """
        return [f'{"[" if k == 0 else "("}{a:g}, {b:g}]'
                for k, (a, b) in enumerate(zip(self.edges, self.edges[1:]))]


#: Edges that paper 001 gives for SMG, section 4.4: seconds and instances.
BINS: Dict[str, Bins] = {
    'length': Bins(NAMES, (0, 2, 5, 7, 9.75, np.inf)),
    'instances': Bins(NAMES[:4], (-1, 15, 100, 200, np.inf)),
}


def characteristics(videos: Sequence[VideoDetections],
                    count: str = 'video') -> Dict[str, np.ndarray]:
    """Length, coverage and company of every annotation.

    Args:
        videos (Sequence[VideoDetections]): With known annotations, lengths
            and rates.
        count (str): 'video': instances of all classes in the video, as DETAD
            counts; 'same_class': those of the same class, which is what the
            figures of paper 001 suggest. Defaults to 'video'.

    Returns:
        dict[str, np.ndarray]: ``length`` (seconds), ``coverage`` (share of
        the video) and ``instances`` of all annotations, in order, each (N,).

    Raises:
        ValueError: If lengths or rates are unknown, or the count is.
    """
    if count not in COUNTS:
        raise ValueError(f'expected a count of {COUNTS}, got {count!r}')
    length, coverage, company = [], [], []
    for video in videos:
        if not video.fps or not video.num_frames:
            raise ValueError(f'{video.video_id}: expected fps and '
                             f'num_frames, got {video.fps} and '
                             f'{video.num_frames}')
        frames = video.gt_segments[:, 1] - video.gt_segments[:, 0]
        length.append(frames / video.fps)
        coverage.append(frames / video.num_frames)
        total = np.full(len(frames), len(frames))
        if count == 'same_class':
            total = (video.gt_labels[:, None] == video.gt_labels).sum(1)
        company.append(total)
    return dict(
        length=np.concatenate([*length, []]),
        coverage=np.concatenate([*coverage, []]),
        instances=np.concatenate([*company, []]))


def quantile_bins(values: np.ndarray, number: int = 5) -> Bins:
    """Ranges that hold equally many values.

    Args:
        values (np.ndarray): Of a training set, (N,).
        number (int): Ranges. Defaults to 5.

    Returns:
        Bins: Equal quantiles are joined, so there may be fewer; the outer
        edges are open.
    """
    inner = np.quantile(values, np.linspace(0, 1, number + 1)[1:-1])
    edges = [-np.inf, *np.unique(inner), np.inf]
    return Bins(NAMES[:len(edges) - 1], tuple(float(e) for e in edges))


def instance_bins(
        videos: Sequence[VideoDetections],
        train: Optional[Sequence[VideoDetections]] = None,
        count: str = 'video',
        smg: bool = True) -> Tuple[Dict[str, np.ndarray], Dict[str, Bins]]:
    """The range of every annotation for every characteristic.

    Args:
        videos (Sequence[VideoDetections]): With known annotations.
        train (Sequence[VideoDetections], optional): Training videos that
            quantiles are taken of; None: the videos themselves. Defaults to
            None.
        count (str): See :func:`characteristics`. Defaults to 'video'.
        smg (bool): Length and instances by SMG's edges; else all by
            quantiles. Coverage always is: SMG's mean is 0.0025, all of
            DETAD's edges lie above. Defaults to True.

    Returns:
        tuple[dict[str, np.ndarray], dict[str, Bins]]: Number of the range of
        each annotation, (N,), by characteristic; and the ranges.
    """
    values = characteristics(videos, count)
    base = values if train is None else characteristics(train, count)
    bins = {
        name: BINS[name] if smg and name in BINS else quantile_bins(
            base[name]) for name in values
    }
    return {name: bins[name].of(values[name]) for name in values}, bins
