"""What gesture programmes are made of: channels, paths, small variations."""
import numpy as np

from .body import HAND
from .pose import CH, NUM_CHANNELS


class Move:
    """Course of the channels that a gesture takes over.

    Args:
        num (int): Number of frames.
        fps (float): Frames per second.
    """

    def __init__(self, num, fps):
        self.fps = fps
        self.target = np.zeros((num, NUM_CHANNELS))
        self.mask = np.zeros(NUM_CHANNELS)

    def set(self, name, value):
        """Take over a channel group with values of shape (k,) or (T, k)."""
        self.target[:, CH[name]] = value
        self.mask[CH[name]] = 1.0

    def reach(self, side, contact, point, pole):
        """Bring a hand to a contact point of the chest frame.

        Args:
            side (str): 'l' or 'r'.
            contact (np.ndarray): Where the fingers are, (3,) or (T, 3).
            point (np.ndarray): Direction of the hand, (3,) or (T, 3).
            pole (np.ndarray): Where the elbow points, (3,) or (T, 3).
        """
        point = np.asarray(point, float)
        point = point / np.linalg.norm(point, axis=-1, keepdims=True)
        self.set(f'wrist_{side}', contact - 0.85 * HAND * point)
        self.set(f'hand_{side}', point)
        self.set(f'pole_{side}', pole)


def path_wave(time, cycles, phase, duty=0.5):
    """Position on a path run to and fro; uniform over a random phase.

    Args:
        time (np.ndarray): 0..1 over the gesture, shape (T,).
        cycles (float): Number of runs to and fro in the gesture.
        phase (float): Start, 0..1; drawn uniformly it makes the position
            independent of ``cycles`` at every single moment.
        duty (float): Share of the forward stroke in a cycle.

    Returns:
        np.ndarray: Position in -1..1, shape (T,).
    """
    x = (cycles * time + phase) % 1.0
    ramp = np.where(x < duty, x / duty, (1 - x) / (1 - duty))
    return np.sin(0.5 * np.pi * (2 * ramp - 1))


def clock(move):
    """Time of every frame, 0..1 over the gesture, shape (T,)."""
    return np.linspace(0, 1, len(move.target))


def column(wave, axis):
    """A movement along an axis: (T,) and (3,) -> (T, 3)."""
    return np.outer(wave, axis)


def often(rng, move, duty=0.5):
    """Position on a path that is run to and fro several times, (T,)."""
    return path_wave(clock(move), rng.uniform(2.8, 3.8), rng.random(), duty)


def once(rng, move):
    """Position on a path that is run along once, shape (T,)."""
    # Half a cycle: one way along the path, back where it meets the end.
    return path_wave(clock(move), 0.5 * rng.uniform(0.8, 1.2), rng.random())


def spot(rng, size=0.007):
    """A small displacement of a contact point, shape (3,)."""
    return rng.normal(0, size, 3)
