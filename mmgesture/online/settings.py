"""When scores become gestures: the settings of the decoder."""
from dataclasses import asdict, dataclass, fields
from typing import Any, Dict, Sequence, Tuple, Union

import numpy as np

__all__ = ['DecoderSettings']


@dataclass(frozen=True)
class DecoderSettings:
    """Hysteresis with a minimum length, all times in seconds.

    A class is a candidate while its probability is at or above
    ``off_ratio`` times its ``on`` threshold; it becomes a gesture when it
    reaches ``on``.

    Attributes:
        on (tuple[float, ...]): Upper threshold of each class, in (0, 1].
        off_ratio (float): Lower threshold as a share of the upper one, in
            (0, 1]. Defaults to 0.6.
        patience (float): Dip below the lower threshold that does not end a
            gesture. Defaults to 0.1.
        min_length (float): A shorter gesture is none. Defaults to 0.4.
        reach (float): How far from where the scores rise or fall the most
            probable start or end is looked for; 0: not at all. Defaults to
            0.
        overlap (float): Gestures of two classes whose tIoU exceeds this are
            one gesture, and the better one stays. Defaults to 0.2.

    Raises:
        ValueError: If a number is out of range.
    """

    on: Tuple[float, ...]
    off_ratio: float = 0.6
    patience: float = 0.1
    min_length: float = 0.4
    reach: float = 0.
    overlap: float = 0.2

    def __post_init__(self) -> None:
        object.__setattr__(self, 'on', tuple(float(x) for x in self.on))
        if not self.on or not all(0 < x <= 1 for x in self.on):
            raise ValueError('expected one threshold in (0, 1] for each '
                             f'class, got on={self.on}')
        if not 0 < self.off_ratio <= 1 or not 0 <= self.overlap <= 1:
            raise ValueError('expected off_ratio in (0, 1] and overlap in '
                             f'[0, 1], got {self.off_ratio} and '
                             f'{self.overlap}')
        times = (self.patience, self.min_length, self.reach)
        if not all(np.isfinite(x) and x >= 0 for x in times):
            raise ValueError('expected patience, min_length and reach of 0 s '
                             f'or more, got {times}')

    @classmethod
    def uniform(cls, num_classes: int, on: float = 0.5,
                **others) -> 'DecoderSettings':
        """The same threshold for every class.

        Args:
            num_classes (int): Classes K.
            on (float): The threshold. Defaults to 0.5.
            **others: Further attributes.

        Returns:
            DecoderSettings: For K classes.
        """
        return cls((on, ) * num_classes, **others)

    @property
    def off(self) -> np.ndarray:
        """np.ndarray: Lower threshold of each class, (K,), float64."""
        return np.array(self.on) * self.off_ratio

    def to_dict(self) -> Dict[str, Any]:
        """The settings in plain types, for a checkpoint's meta.

        Returns:
            dict: For :meth:`from_dict`.
        """
        return dict(asdict(self), on=list(self.on))

    @classmethod
    def from_dict(cls, values: Dict[str, Union[float, Sequence[float]]]
                  ) -> 'DecoderSettings':
        """Settings out of a checkpoint's meta.

        Args:
            values (dict): Result of :meth:`to_dict`.

        Returns:
            DecoderSettings: The settings.

        Raises:
            ValueError: If a key is unknown or ``on`` is missing.
        """
        known = {f.name for f in fields(cls)}
        if 'on' not in values or set(values) - known:
            raise ValueError(f'expected settings with "on" and some of '
                             f'{sorted(known)}, got {sorted(values)}')
        return cls(**values)
