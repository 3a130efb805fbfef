"""The drawn head: hair, face and glasses as polygons on an ellipsoid."""
import numpy as np

from .shapes import ellipse, spline_matrix

# Half width, half height and half depth of the head, fractions of stature.
RADII = (0.0465, 0.0660, 0.0560)


def tone(colour, factor):
    """A lighter or darker version of a colour.

    Args:
        colour (tuple): RGB, 0-255.
        factor (float): Brightness factor.

    Returns:
        tuple: RGB, 0-255.
    """
    return tuple(int(min(255, max(0, v * factor))) for v in colour)


def _on_face(points):
    """Lift points of the x-y plane onto the front of the ellipsoid."""
    out = points.copy()
    inside = 1 - (out[:, 0] / RADII[0])**2 - (out[:, 1] / RADII[1])**2
    out[:, 2] = RADII[2] * np.sqrt(np.clip(inside, 0.02, 1))
    return out


def _face_outline():
    rx, ry = RADII[:2]
    half = np.array([(0.0, 1.0), (0.55, 0.88), (0.92, 0.5), (1.0, 0.05),
                     (0.90, -0.42), (0.62, -0.82), (0.22, -1.02)])
    left = half[1:][::-1] * (-1, 1)
    ring = np.concatenate([half, left]) * (rx, ry)
    ring = spline_matrix(len(ring), 2) @ ring
    return np.concatenate([ring, np.zeros((len(ring), 1))], 1)


def _cap(low, side, lift=1.0):
    """Front hair: over the top, back along the hairline."""
    rx, ry = RADII[:2]
    over = ellipse((0, 0.004, -0.004), (rx * 1.12 * lift, ry * 1.13 * lift),
                   11, -0.12, np.pi + 0.12)
    line = np.array([(-0.98, 0.0), (-0.82, 0.36), (-0.35, low + side),
                     (0.0, low), (0.35, low - side), (0.82, 0.36),
                     (0.98, 0.0)]) * (rx, ry)
    line = _on_face(np.concatenate([line, np.zeros((7, 1))], 1))
    return np.concatenate([over, line])


def _disc(x, y, rx, ry, points=8):
    return _on_face(ellipse((x, y, 0), (rx, ry), points))


def _decals(look):
    """Polygons back to front: (points, colour, blink move, mouth move)."""
    skin, hair = look.skin, look.hair
    out = []

    def add(points, colour, blink=None, mouth=None):
        still = np.zeros_like(points)
        out.append((points, colour, still if blink is None else blink,
                    still if mouth is None else mouth))

    if look.style == 'long':
        drop = np.array([(-1.28, 0.3), (-0.9, 1.08), (0, 1.28), (0.9, 1.08),
                         (1.28, 0.3), (1.4, -1.2), (0.9, -1.75), (-0.9, -1.75),
                         (-1.4, -1.2)]) * RADII[:2]
        drop = spline_matrix(9, 3) @ drop
        add(np.concatenate([drop, np.full((27, 1), -0.02)], 1),
            tone(hair, 0.8))
    if look.style == 'bun':
        add(ellipse((0, 0.076, -0.03), (0.024, 0.022)), tone(hair, 0.85))
    for sign in (-1, 1):
        add(ellipse((sign * 0.0475, -0.002, 0.0), (0.009, 0.015), 10),
            tone(skin, 0.82))
    if look.style != 'buzz':
        add(ellipse((0, 0.010, -0.012), (RADII[0] * 1.1, RADII[1] * 1.04), 16),
            tone(hair, 0.8))
    outline = _face_outline()
    add(outline, tone(skin, 0.80))
    for sign in (-1, 1):  # brows and eyes
        eye = _disc(sign * 0.0185, 0.006, 0.0085, 0.0040)
        closing = np.zeros_like(eye)
        closing[:, 1] = (0.004 - eye[:, 1]) * 0.9
        add(eye, (214, 208, 200), blink=closing)
        iris = _disc(sign * 0.0185, 0.006, 0.0038, 0.0040)
        closing = np.zeros_like(iris)
        closing[:, 1] = (0.004 - iris[:, 1]) * 0.9
        add(iris, (40, 30, 26), blink=closing)
        brow = _disc(sign * 0.019, 0.0185, 0.0125, 0.0028)
        add(brow, tone(hair, 0.75))
    nose = np.array([(0.0, 0.004), (0.0085, -0.020), (0.0, -0.024),
                     (-0.0085, -0.020)])
    nose = _on_face(np.concatenate([nose, np.zeros((4, 1))], 1))
    nose[1:, 2] += 0.012
    add(nose, tone(skin, 0.86))
    lips = _disc(0, -0.038, 0.0165, 0.0042, 10)
    opening = np.zeros_like(lips)
    opening[:, 1] = (lips[:, 1] + 0.036) * 2.2
    add(lips, (int(0.62 * skin[0]), int(0.42 * skin[1]),
               int(0.42 * skin[2])), mouth=opening)
    low, side, lift = {'short': (0.62, 0.05, 1.0),
                       'parted': (0.60, 0.20, 1.03),
                       'long': (0.66, 0.0, 1.04), 'bun': (0.72, 0.0, 1.0),
                       'buzz': (0.74, 0.0, 0.93)}[look.style]
    cap = _cap(low, side, lift)
    add(cap, hair if look.style != 'buzz' else tone(
        tuple((a + b) / 2 for a, b in zip(hair, skin)), 0.9))
    if look.style != 'buzz':
        shine = cap.copy()
        shine[:, :2] = shine[:, :2] * 0.66 + (0.0, 0.026)
        add(shine, tone(hair, 1.28))
    if look.glasses:
        for sign in (-1, 1):
            ring = ellipse((sign * 0.0195, 0.005, 0.060), (0.0150, 0.0115),
                           12)
            hole = ellipse((sign * 0.0195, 0.005, 0.060), (0.0130, 0.0095),
                           12)
            add(np.concatenate([ring, ring[:1], hole[:1], hole[::-1]]),
                (34, 32, 34))
    return out


def head_polygons(look, scale, light, blink, mouth):
    """Polygons of a head in its own frame, back to front.

    Args:
        look (Look): Colours and hair.
        scale (float): Size factor of the head.
        light (tuple[float, float]): Picture direction to the light.
        blink (np.ndarray): 0 open .. 1 closed, shape (T,).
        mouth (np.ndarray): 0 closed .. 1 open, shape (T,).

    Returns:
        list[tuple[np.ndarray, tuple]]: Points (T, K, 3) in fractions of the
        stature about the head's centre, and colour.
    """
    out = []
    face = True
    for points, colour, closing, opening in _decals(look):
        moved = (points + blink[:, None, None] * closing +
                 mouth[:, None, None] * opening)
        out.append((moved * scale, colour))
        if face and colour == tone(look.skin, 0.80):
            # Two lighter, smaller faces towards the light model roundness.
            for shrink, bright, shift in ((0.84, 0.96, 0.10),
                                          (0.52, 1.07, 0.26)):
                lit = points * shrink
                lit[:, 0] += light[0] * shift * RADII[0]
                lit[:, 1] -= light[1] * shift * RADII[1]
                lit = np.repeat(lit[None], len(blink), 0)
                out.append((lit * scale, tone(look.skin, bright)))
            face = False
    return out
