"""The weights of a fusion as a json file, by name of the stream."""
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Sequence, Union

from mmgesture.fileio import atomic_write
from mmgesture.textio import read_json, shown
from .fusion import SPACES, simplex_weights

FORMAT_VERSION = 1


@dataclass
class FusionWeights:
    """How streams are fused.

    Attributes:
        streams (list[str]): Names, every one once.
        weights (list[float]): One a stream; divided by their sum.
        space (str): ``'probability'`` or ``'logit'``.
        temperature (list[float]): One a stream; given as [], all are 1.
        search (dict): How the weights were found and what they are worth,
            plain types; empty where they were given by hand.

    Raises:
        ValueError: If names repeat or a number is wrong.
    """

    streams: List[str]
    weights: List[float]
    space: str = 'probability'
    temperature: List[float] = field(default_factory=list)
    search: Dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.streams = [str(name) for name in self.streams]
        if len(set(self.streams)) != len(self.streams):
            raise ValueError('expected every stream once, got '
                             f'{self.streams}')
        self.weights = simplex_weights(self.weights,
                                       len(self.streams)).tolist()
        if self.space not in SPACES:
            raise ValueError(f'expected a space of {SPACES}, got '
                             f'{self.space!r}')
        if not self.temperature:
            self.temperature = [1.0] * len(self.streams)
        self.temperature = [float(value) for value in self.temperature]
        if len(self.temperature) != len(self.streams) or not all(
                0 < value < float('inf') for value in self.temperature):
            raise ValueError(
                f'expected {len(self.streams)} temperatures above 0, got '
                f'{self.temperature}')

    def reordered(self, streams: Sequence[str]) -> 'FusionWeights':
        """The same weights in another order of the streams.

        Args:
            streams (Sequence[str]): The same names.

        Returns:
            FusionWeights: In that order.

        Raises:
            ValueError: If the names are not the same.
        """
        if sorted(streams) != sorted(self.streams):
            raise ValueError(
                f'the weights are for the streams {self.streams}, got '
                f'{list(streams)}; name the score files as NAME=PATH')
        rows = [self.streams.index(name) for name in streams]
        return FusionWeights(
            streams=list(streams),
            weights=[self.weights[row] for row in rows],
            space=self.space,
            temperature=[self.temperature[row] for row in rows],
            search=self.search)


def write_weights(path: Union[str, Path], weights: FusionWeights) -> None:
    """Write weights atomically.

    Args:
        path (str | Path): The file, ``.json`` by convention.
        weights (FusionWeights): The weights.
    """
    with atomic_write(path) as file:
        json.dump({'mmgesture_fusion': FORMAT_VERSION, **vars(weights)}, file,
                  indent=1, ensure_ascii=False)
        file.write('\n')


def read_weights(path: Union[str, Path]) -> FusionWeights:
    """Read weights.

    Args:
        path (str | Path): A file of :func:`write_weights`.

    Returns:
        FusionWeights: The weights.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not such a file; the message names it.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such weights file; tools/fuse.py '
                                '--search writes one')
    content = read_json(path)
    if not isinstance(content, dict) or content.pop(
            'mmgesture_fusion', None) != FORMAT_VERSION:
        raise ValueError(f'{path}: expected "mmgesture_fusion": '
                         f'{FORMAT_VERSION}; this is no weights file of this '
                         'version')
    try:
        return FusionWeights(**content)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f'{path}: {str(error)[:300]}') from error
