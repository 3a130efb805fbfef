"""Taylor video: displacement, velocity and acceleration as RGB.

Wang et al., "Taylor Videos for Action Recognition", ICML 2024, as the
official release computes it. With grey frames ``g_t``, ``K`` terms, a window
of ``W = K + 3`` frames that starts at ``s``, and ``D^n`` the n-th forward
difference at ``s``::

    P_k = sum_{t=s}^{s+W-1} (g_t - g_s)^k / k!          (P_0 = W)
    M_j = 1/W sum_{k=0}^{K-1} P_k D^{k+j},              j = 1, 2, 3

``M_1`` (displacement) is red, ``M_2`` (velocity) green, ``M_3``
(acceleration) blue; negative values become 0, then the largest one 255.
"""
import math
from typing import Iterator, Optional

import cv2
import numpy as np

__all__ = [
    'NORMS', 'grey_frames', 'taylor_motion', 'taylor_peak', 'taylor_video',
    'window_length'
]

NORMS = ('channel', 'frame', 'clip')
"""What the largest value is taken over: each channel of each frame (the
Taylor video's official release), each frame (MM-Gesture), or the clip."""


def window_length(terms: int) -> int:
    """Frames that one Taylor frame is made of.

    Args:
        terms (int): Terms K of the series, at least 1.

    Returns:
        int: ``K + 3``.

    Raises:
        ValueError: If ``terms`` is not positive.
    """
    if terms < 1:
        raise ValueError(f'expected terms >= 1, got {terms}')
    return terms + 3


def grey_frames(frames: np.ndarray) -> np.ndarray:
    """Luminance of RGB frames, as OpenCV weighs it.

    Args:
        frames (np.ndarray): RGB, shape (N, H, W, 3), uint8.

    Returns:
        np.ndarray: Shape (N, H, W), uint8.
    """
    grey = [cv2.cvtColor(f, cv2.COLOR_RGB2GRAY) for f in frames]
    return np.stack(grey) if grey else np.empty(frames.shape[:3], np.uint8)


def taylor_motion(grey: np.ndarray, terms: int = 3) -> Iterator[np.ndarray]:
    """``M_1, M_2, M_3`` of every window, before clipping and scaling.

    Differences of differences are kept from window to window, and frames of
    uint8 are computed on as whole numbers, which float32 holds exactly: what
    does not move gives an exact zero.

    Args:
        grey (np.ndarray): Frames, shape (N, H, W): uint8, or floats in
            [0, 1], computed in float64.
        terms (int): Terms K of the series. Defaults to 3.

    Yields:
        np.ndarray: Shape (3, H, W), for s = 0..N-W; N below W: nothing. The
        array is used again for the next window.
    """
    window, orders = window_length(terms), terms + 3
    whole = grey.dtype == np.uint8
    # whole numbers below 2^24 are exact in float32; higher powers are not
    dtype = np.float32 if whole and terms <= 3 else np.float64
    white = 255. if whole else 1.
    shape = grey.shape[1:]
    # what is known of the last W frames, frame t in slot t % W: its
    # differences D^0..D^{K+2}, and its powers g^1..g^{K-1} with their sums
    table = np.zeros((window, orders, *shape), dtype)
    powers = np.zeros((window, terms - 1, *shape), dtype)
    sums = np.zeros((terms - 1, *shape), dtype)
    motion, product = (np.zeros((3, *shape), dtype) for _ in range(2))
    for newest, frame in enumerate(grey):
        slot = newest % window
        table[slot, 0] = frame
        for order in range(1, min(newest, orders - 1) + 1):
            left = (newest - order) % window
            np.subtract(table[(left + 1) % window, order - 1],
                        table[left, order - 1], table[left, order])
        sums -= powers[slot]  # of the frame that leaves the window
        for k in range(1, terms):
            np.multiply(table[slot, 0], powers[slot, k - 2] if k > 1 else 1,
                        powers[slot, k - 1])
        sums += powers[slot]
        if newest < window - 1:
            continue
        series = table[(slot + 1) % window]  # D^0 .. D^{K+2} at s
        np.multiply(series[1:4], window, motion)  # P_0 = W
        for k in range(1, terms):
            total = _centred_sum(sums, series[0], k, window)
            total /= math.factorial(k) * white**k
            np.multiply(series[k + 1:k + 4], total, product)
            motion += product
        motion /= window * white
        yield motion


def _centred_sum(sums: np.ndarray, first: np.ndarray, k: int,
                 window: int) -> np.ndarray:
    """``sum_t (g_t - g_s)^k`` from the sums of powers, by the binomial."""
    total = np.full_like(first, (-1)**k * window)
    for i in range(k):
        # Horner's way: ... ((-1)^k W g + C(k,1) (-1)^{k-1} S_1) g + ...
        total *= first
        sign = (-1)**(k - i - 1)
        total += sign * math.comb(k, i + 1) * sums[i]
    return total


def taylor_peak(grey: np.ndarray, terms: int = 3) -> float:
    """The largest value of all windows and channels, for ``norm='clip'``.

    Args:
        grey (np.ndarray): Frames, shape (N, H, W).
        terms (int): Terms K of the series. Defaults to 3.

    Returns:
        float: At least 0.
    """
    return max((float(m.max()) for m in taylor_motion(grey, terms)),
               default=0.) if len(grey) else 0.


def taylor_video(grey: np.ndarray,
                 terms: int = 3,
                 norm: str = 'channel',
                 epsilon: float = 1e-4,
                 pad: bool = False,
                 peak: Optional[float] = None) -> np.ndarray:
    """The Taylor video of grey frames.

    A clip shorter than a window is lengthened by repeating its last frame.

    Args:
        grey (np.ndarray): Frames, shape (N, H, W), N at least 1: uint8, or
            floats in [0, 1].
        terms (int): Terms K of the series. Defaults to 3.
        norm (str): What the largest value is taken over, see
            :data:`NORMS`; 'clip' does not blow up the noise of frames in
            which nothing moves. Defaults to 'channel'.
        epsilon (float): Where the largest value is not above this (white is
            1), nothing moves and the result is black. Rounding errors would
            be stretched to full white otherwise. Defaults to 1e-4.
        pad (bool): Repeat the last Taylor frame so that there are N, and
            frame numbers stay those of the input. Defaults to False.
        peak (float, optional): Largest value for ``norm='clip'`` where
            ``grey`` is a part of the clip. Defaults to None.

    Returns:
        np.ndarray: RGB, shape (max(N, W) - W + 1, H, W, 3), or (N, H, W, 3)
        with ``pad``; uint8.

    Raises:
        ValueError: If ``norm`` is unknown, or there is no frame.
    """
    grey = np.asarray(grey)
    if norm not in NORMS:
        raise ValueError(f'expected norm to be one of {NORMS}, got {norm!r}')
    if grey.ndim != 3 or not len(grey):
        raise ValueError('expected grey frames of shape (N, H, W) with N >= '
                         f'1, got {grey.shape}')
    length, window = len(grey), window_length(terms)
    if length < window:
        last = np.repeat(grey[-1:], window - length, 0)
        grey = np.concatenate([grey, last])
    if norm == 'clip' and peak is None:
        peak = taylor_peak(grey, terms)
    number = len(grey) - window + 1
    video = np.empty((number, *grey.shape[1:], 3), np.uint8)
    for index, motion in enumerate(taylor_motion(grey, terms)):
        if norm == 'clip':
            tops = np.full(3, peak)
        else:
            tops = motion.max((1, 2))  # (3, H, W) -> (3,)
            if norm == 'frame':
                tops[:] = tops.max()
        np.maximum(motion, 0, out=motion)
        gains = np.where(tops > epsilon, 255 / np.maximum(tops, epsilon), 0)
        for channel in range(3):
            motion[channel] *= gains[channel]
            # a part of a clip may exceed a peak by a rounding error
            video[index, ..., channel] = np.minimum(motion[channel], 255)
    if pad and number < length:
        last = np.repeat(video[-1:], length - number, 0)
        video = np.concatenate([video, last])
    return video[:length] if pad else video
