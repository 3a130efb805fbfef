"""Optical flow as RGB pictures, and back.

``uvm``: red is the horizontal, green the vertical displacement, linear and
clipped to a bound, 128 is none; blue is the magnitude. Linear, so that a
network sees directions as an axis, and exactly mirrored by ``256 - value``.

``color_wheel``: hue is the direction, saturation the magnitude, white is no
motion; the wheel of Baker et al., "A Database and Evaluation Methodology for
Optical Flow", IJCV 2011, whose hues are spaced by what people can tell
apart. MM-Gesture uses it, every frame scaled by its own largest magnitude.
"""
from typing import Optional

import numpy as np

__all__ = [
    'ENCODINGS', 'decode_color_wheel', 'decode_uvm', 'encode_color_wheel',
    'encode_uvm', 'mirror_flow_image'
]

ENCODINGS = ('uvm', 'color_wheel')

# colours on the wheel from red to yellow, green, cyan, blue, magenta, red
_STEPS = (15, 6, 4, 11, 13, 6)
_HUES = np.concatenate(
    [sector + np.arange(n) / n for sector, n in enumerate(_STEPS)])


def _check_flow(flow: np.ndarray) -> np.ndarray:
    flow = np.asarray(flow)
    if flow.ndim < 3 or flow.shape[-1] != 2:
        raise ValueError('expected flow of shape (..., H, W, 2), got '
                         f'{flow.shape}')
    return flow


def encode_uvm(flow: np.ndarray, bound: float = 20.) -> np.ndarray:
    """Displacements and magnitude as RGB.

    Args:
        flow (np.ndarray): Right and down, pixels, shape (..., H, W, 2).
        bound (float): Displacement that is shown as 1 or 255; larger ones
            are clipped. A level is ``bound / 127`` pixels. Defaults to 20.

    Returns:
        np.ndarray: Shape (..., H, W, 3), uint8; u and v in 1..255.

    Raises:
        ValueError: If ``bound`` is not positive or the shape is another.
    """
    flow = _check_flow(flow)
    if not bound > 0:
        raise ValueError(f'expected a positive bound, got {bound}')
    image = np.empty((*flow.shape[:-1], 3), np.float32)
    image[..., :2] = np.clip(flow, -bound, bound) * (127 / bound) + 128
    image[..., 2] = np.minimum(
        np.hypot(flow[..., 0], flow[..., 1]) * (255 / bound), 255)
    return np.rint(image).astype(np.uint8)


def decode_uvm(image: np.ndarray, bound: float = 20.) -> np.ndarray:
    """Displacements out of :func:`encode_uvm`.

    Args:
        image (np.ndarray): Shape (..., H, W, 3), uint8.
        bound (float): As it was encoded. Defaults to 20.

    Returns:
        np.ndarray: Pixels, shape (..., H, W, 2), float32; off by at most
        ``bound / 254`` where nothing was clipped.
    """
    levels = np.asarray(image)[..., :2].astype(np.float32)
    return (levels - 128) * np.float32(bound / 127)


def encode_color_wheel(flow: np.ndarray,
                       bound: Optional[float] = None) -> np.ndarray:
    """Direction as hue and magnitude as saturation.

    Args:
        flow (np.ndarray): Right and down, pixels, shape (..., H, W, 2).
        bound (float, optional): Magnitude of full saturation; larger ones
            are darkened. None: the largest of each frame, so that frames
            are not comparable and noise fills a still one. Defaults to
            None.

    Returns:
        np.ndarray: Shape (..., H, W, 3), uint8.

    Raises:
        ValueError: If ``bound`` is not positive or the shape is another.
    """
    flow = _check_flow(flow)
    if bound is not None and not bound > 0:
        raise ValueError(f'expected a positive bound, got {bound}')
    radius = np.hypot(flow[..., 0], flow[..., 1])
    if bound is None:
        bound = np.maximum(radius.max((-2, -1), keepdims=True), 1e-5)
    radius = (radius / bound)[..., None]  # (..., H, W, 1)
    # -pi..pi to the 55 colours; pi and -pi are neighbours, one colour apart
    place = (np.arctan2(-flow[..., 1], -flow[..., 0]) / np.pi +
             1) / 2 * (len(_HUES) - 1)
    full = _hue_to_rgb(np.interp(place, np.arange(len(_HUES)), _HUES))
    inside = 1 - radius * (1 - full)
    image = np.where(radius <= 1 + 1e-6, inside, .75 * full)
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)


def decode_color_wheel(image: np.ndarray, bound: float = 1.) -> np.ndarray:
    """Displacements out of :func:`encode_color_wheel`.

    Args:
        image (np.ndarray): Shape (..., H, W, 3), uint8, none of it darkened.
        bound (float): Magnitude of full saturation. Defaults to 1.

    Returns:
        np.ndarray: Shape (..., H, W, 2), float32, off by a hundredth of
        ``bound`` at most in magnitude.
    """
    image = np.asarray(image, np.float32) / 255
    # every hue of the wheel has a channel that is 0 when saturated
    radius = 1 - image.min(-1)
    share = np.maximum(radius, 1e-6)[..., None]
    hue = _rgb_to_hue(np.clip(1 - (1 - image) / share, 0, 1))
    # magenta-red runs on to red again: the last colour is not the first
    ends = np.append(_HUES, 6.)
    place = np.interp(hue, ends, np.arange(len(ends)))
    # the gap between the last colour and the first belongs to no angle
    place = np.where(place > len(_HUES) - .5, 0,
                     np.minimum(place, len(_HUES) - 1))
    angle = (place / (len(_HUES) - 1) * 2 - 1) * np.pi
    flow = np.stack([-np.cos(angle), -np.sin(angle)], -1) * radius[..., None]
    return (flow * bound).astype(np.float32)


def mirror_flow_image(image: np.ndarray,
                      encoding: str = 'uvm',
                      axis: str = 'horizontal') -> np.ndarray:
    """A flow picture as if the video had been mirrored.

    Pixels change sides, and displacements along that axis their sign.

    Args:
        image (np.ndarray): Shape (..., H, W, 3), uint8.
        encoding (str): How it is encoded. Defaults to 'uvm'.
        axis (str): 'horizontal' or 'vertical'. Defaults to 'horizontal'.

    Returns:
        np.ndarray: Of the same shape; a copy.

    Raises:
        ValueError: If the encoding or the axis is unknown.
    """
    if encoding not in ENCODINGS:
        raise ValueError(f'expected encoding to be one of {ENCODINGS}, got '
                         f'{encoding!r}')
    if axis not in ('horizontal', 'vertical'):
        raise ValueError("expected axis 'horizontal' or 'vertical', got "
                         f'{axis!r}')
    channel = ('horizontal', 'vertical').index(axis)
    mirrored = np.flip(image, -2 - channel).copy()
    if encoding == 'uvm':
        levels = 256 - mirrored[..., channel].astype(np.int16)
        # a lossy codec may have made a 1 a 0
        mirrored[..., channel] = np.minimum(levels, 255)
        return mirrored
    flow = decode_color_wheel(mirrored)
    flow[..., channel] *= -1
    return encode_color_wheel(flow, bound=1.)


def _hue_to_rgb(hue: np.ndarray) -> np.ndarray:
    """Saturated colours, (...,) in sixths of the circle -> (..., 3)."""
    away = np.abs((hue[..., None] - np.array([0, 2, 4]) + 3) % 6 - 3)
    return np.clip(2 - away, 0, 1)


def _rgb_to_hue(image: np.ndarray) -> np.ndarray:
    """Hue of saturated colours, (..., 3) -> (...,) in sixths."""
    red, green, blue = np.moveaxis(image, -1, 0)
    hue = np.where((red >= green) & (red >= blue), (green - blue) % 6,
                   np.where(green >= blue, 2 + blue - red, 4 + red - green))
    return hue % 6
