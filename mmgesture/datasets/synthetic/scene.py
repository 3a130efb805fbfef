"""Who and what is seen: looks of the person, room, camera, light, noise."""
from dataclasses import dataclass

import cv2
import numpy as np

from .body import BodyShape

_SKINS = ((241, 205, 178), (228, 184, 150), (208, 160, 122), (176, 124, 88),
          (132, 88, 60), (96, 62, 44))
_HAIRS = ((28, 24, 22), (58, 38, 26), (96, 64, 38), (150, 112, 64),
          (196, 168, 116), (128, 124, 120), (120, 52, 28))
_CLOTHES = ((188, 52, 48), (44, 78, 148), (52, 112, 74), (226, 224, 216),
            (48, 48, 54), (120, 122, 128), (206, 164, 60), (110, 62, 120),
            (84, 146, 176), (216, 130, 100), (64, 88, 64), (160, 140, 116))
_TROUSERS = ((46, 56, 84), (34, 34, 38), (92, 84, 74), (70, 74, 82),
             (126, 112, 88), (54, 70, 60))
_SHOES = ((30, 28, 28), (210, 208, 204), (96, 62, 40))
HAIR_STYLES = ('short', 'parted', 'long', 'bun', 'buzz')


@dataclass(frozen=True)
class Look:
    """Colours (RGB) and clothes of one person.

    Args:
        skin (tuple): Colour of the skin.
        hair (tuple): Colour of the hair.
        shirt (tuple): Colour of the shirt.
        trousers (tuple): Colour of the trousers.
        shoes (tuple): Colour of the shoes.
        style (str): One of ``HAIR_STYLES``.
        sleeve (float): Share of the arm the sleeve covers: 0.35 is a short
            sleeve, 1 reaches the wrist.
        pattern (str): 'plain', 'stripes' or 'buttons'.
        glasses (bool): Whether the person wears glasses.
    """
    skin: tuple
    hair: tuple
    shirt: tuple
    trousers: tuple
    shoes: tuple
    style: str
    sleeve: float
    pattern: str
    glasses: bool


@dataclass(frozen=True)
class Camera:
    """A pinhole camera that looks straight ahead.

    Args:
        size (tuple[int, int]): Width and height of the picture, pixels.
        focal (float): Focal length, pixels.
        centre (tuple[float, float]): Principal point, pixels.
        distance (float): From the person's feet, metres.
        height (float): Above the floor, metres.
    """
    size: tuple
    focal: float
    centre: tuple
    distance: float
    height: float

    def to_camera(self, points):
        """From the person's frame to the camera's: x right, y up, z away.

        Args:
            points (np.ndarray): Metres, shape (..., 3).

        Returns:
            np.ndarray: Metres, shape (..., 3).
        """
        return np.stack([points[..., 0], points[..., 1] - self.height,
                         self.distance - points[..., 2]], -1)

    def project(self, points):
        """Pixels of points in the camera's frame.

        Args:
            points (np.ndarray): Metres, shape (..., 3).

        Returns:
            np.ndarray: Column and row, shape (..., 2).
        """
        scale = self.focal / points[..., 2]
        return np.stack([self.centre[0] + points[..., 0] * scale,
                         self.centre[1] - points[..., 1] * scale], -1)


@dataclass(frozen=True)
class Scene:
    """Everything constant over one recording.

    Args:
        shape (BodyShape): The person's measures.
        look (Look): The person's colours and clothes.
        camera (Camera): Where it is seen from.
        light (tuple[float, float]): Unit vector in the picture that points
            to the light.
        room (np.ndarray): Empty room, uint8 RGB, shape (H, W, 3).
        room_depth (np.ndarray): Its depth in metres, shape (H, W).
        noise (float): Standard deviation of the camera noise, grey levels.
        blur (float): Softness of the lens, pixels.
        gain (tuple): Colour cast of the light, one factor per channel.
        restless (float): Scale of the idle motion.
        left_handed (float): Probability of a gesture with swapped sides.
    """
    shape: BodyShape
    look: Look
    camera: Camera
    light: tuple
    room: np.ndarray
    room_depth: np.ndarray
    noise: float
    blur: float
    gain: tuple
    restless: float
    left_handed: float


def _vary(rng, colour, size=14):
    return tuple(
        int(v) for v in np.clip(np.array(colour) + rng.normal(0, size, 3),
                                8, 245))


def _pick(rng, options):
    return options[rng.integers(len(options))]


def _draw_look(rng):
    return Look(
        skin=_vary(rng, _pick(rng, _SKINS), 5),
        hair=_vary(rng, _pick(rng, _HAIRS), 3),
        shirt=_vary(rng, _pick(rng, _CLOTHES)),
        trousers=_vary(rng, _pick(rng, _TROUSERS), 7),
        shoes=_vary(rng, _pick(rng, _SHOES), 6),
        style=_pick(rng, HAIR_STYLES),
        sleeve=float(_pick(rng, (0.35, 0.4, 1.0, 1.0, 0.7))),
        pattern=_pick(rng, ('plain', 'plain', 'stripes', 'buttons')),
        glasses=bool(rng.random() < 0.3))


def _draw_body(rng):
    return BodyShape(
        stature=float(rng.uniform(1.56, 1.90)),
        shoulder=float(rng.uniform(0.103, 0.120)),
        hip=float(rng.uniform(0.049, 0.056)),
        girth=float(rng.uniform(0.88, 1.22)),
        head=float(rng.uniform(0.95, 1.07)),
        stance=float(rng.uniform(0.050, 0.078)),
        yaw=float(rng.uniform(-0.26, 0.26)))


def _draw_camera(rng, size, stature):
    width, height = size
    # Visible height: from knee-length to full body with room to spare.
    visible = rng.uniform(0.84, 1.10) * stature
    distance = rng.uniform(2.2, 3.2)
    focal = height * distance / visible
    above = rng.uniform(0.95, 1.45)
    top = height * rng.uniform(0.05, 0.10)
    row = top + (stature - above) * focal / distance
    column = width * (0.5 + rng.uniform(-0.06, 0.06))
    return Camera((width, height), float(focal), (float(column), float(row)),
                  float(distance), float(above))


def _furniture(rng, image, floor_row):
    """Things on and at the wall, back to front."""
    height, width = image.shape[:2]
    for _ in range(rng.integers(2, 6)):
        w, h = rng.uniform(0.10, 0.30) * width, rng.uniform(0.15, 0.42) * \
            height
        x = rng.uniform(-0.1, 1.0) * width
        kind = rng.integers(4)
        grey, tint = rng.uniform(50, 200), rng.normal(0, 22, 3)
        colour = tuple(int(v) for v in np.clip(grey + tint, 10, 240))
        dark = tuple(int(0.6 * v) for v in colour)
        y = floor_row - h if kind == 0 else rng.uniform(0.02, 0.35) * height
        p, q = (int(x), int(y)), (int(x + w), int(y + h))
        cv2.rectangle(image, p, q, colour, -1)
        cv2.rectangle(image, p, q, dark, max(1, width // 120))
        if kind == 0:  # shelf with things in it
            for row in np.linspace(y + 0.08 * h, y + h, 4)[:-1]:
                at = x + 2
                while at < x + w - 4:
                    book = rng.uniform(0.06, 0.16) * w
                    tall = rng.uniform(0.5, 0.95) * 0.27 * h
                    low = row + 0.27 * h
                    cv2.rectangle(
                        image, (int(at), int(low - tall)),
                        (int(min(at + book, x + w - 2)), int(low)),
                        tuple(int(v) for v in rng.uniform(40, 190, 3)), -1)
                    at += book + 1
        elif kind == 1:  # window
            cv2.rectangle(image, p, q, (214, 226, 236), -1)
            cv2.rectangle(image, p, q, (236, 236, 232), max(1, width // 80))
            mid = int(x + w / 2)
            cv2.line(image, (mid, p[1]), (mid, q[1]), (236, 236, 232),
                     max(1, width // 110))
        elif kind == 2:  # picture
            for _ in range(3):
                cv2.circle(image, (int(rng.uniform(x, x + w)),
                                   int(rng.uniform(y, y + h))),
                           int(0.12 * w) + 1,
                           tuple(int(v) for v in rng.uniform(40, 230, 3)), -1)


def _draw_room(rng, camera, light):
    width, height = camera.size
    behind = camera.distance + rng.uniform(0.7, 1.8)
    floor_row = camera.centre[1] + camera.focal * camera.height / behind
    wall = np.array(_pick(rng, ((206, 200, 188), (176, 190, 198),
                                (212, 204, 176), (150, 150, 148),
                                (190, 176, 170), (168, 184, 166),
                                (110, 118, 132)))) + rng.normal(0, 8, 3)
    image = np.empty((height, width, 3), np.uint8)
    image[:] = np.clip(wall, 0, 255)
    _furniture(rng, image, floor_row)
    rows = np.arange(height, dtype=float)[:, None]
    floor = np.clip(wall * rng.uniform(0.4, 0.8) + rng.normal(0, 6, 3), 20,
                    230)
    first = int(np.clip(np.ceil(floor_row), 0, height))
    image[first:] = floor
    if first < height:
        for column in np.arange(-2.5, 3.5, 0.22):  # boards of the floor
            far = camera.project(np.array([column, -camera.height, behind]))
            near = camera.project(np.array([column, -camera.height, 1.2]))
            cv2.line(image, tuple(int(v) for v in far),
                     tuple(int(v) for v in near),
                     tuple(int(0.9 * v) for v in floor), 1, cv2.LINE_AA)
        skirting = max(1, int(0.02 * height))
        image[max(0, first - skirting):first] = np.clip(floor * 0.75, 0, 255)
    # Light falls off from the side it comes from; large soft blotches.
    x = np.linspace(-1, 1, width)[None]
    y = np.linspace(-1, 1, height)[:, None]
    shade = 1 + 0.13 * (light[0] * x + light[1] * y) - 0.10 * (x * x + y * y)
    blotch = cv2.resize(rng.normal(0, 0.035, (5, 6)), (width, height),
                        interpolation=cv2.INTER_CUBIC)
    image = np.clip(image * (shade + blotch)[..., None], 0, 255)
    image = cv2.GaussianBlur(image.astype(np.uint8), (0, 0),
                             max(0.6, width / 260))
    floor_depth = camera.focal * camera.height / np.maximum(
        rows - camera.centre[1], 1e-3)
    depth = np.where(rows >= floor_row, np.minimum(floor_depth, behind),
                     behind)
    return image, np.repeat(depth, width, axis=1)


def _set_off(room, look):
    """Light the room so that shirt and skin stand out from it."""
    best, most = room, -1.0
    for factor in (1.0, 0.75, 1.3, 1.7):
        lit = np.clip(room * factor, 0, 245)
        away = min(np.abs(lit.mean((0, 1)) - np.array(colour)).mean()
                   for colour in (look.shirt, look.skin))
        if away >= 45:
            return lit.astype(np.uint8)
        if away > most:
            best, most = lit.astype(np.uint8), away
    return best


def draw_scene(rng, size):
    """Invent a person, a room and a camera.

    Args:
        rng (np.random.Generator): Source of randomness.
        size (tuple[int, int]): Width and height of the picture, pixels.

    Returns:
        Scene: All that stays constant over a recording.
    """
    shape = _draw_body(rng)
    look = _draw_look(rng)
    camera = _draw_camera(rng, size, shape.stature)
    angle = rng.uniform(0.2, np.pi - 0.2)
    light = (float(np.cos(angle)), float(-np.sin(angle)))
    room, room_depth = _draw_room(rng, camera, light)
    room = _set_off(room, look)
    warm = rng.normal(0, 0.03)
    bright = rng.uniform(0.90, 1.08)
    return Scene(
        shape=shape, look=look, camera=camera, light=light, room=room,
        room_depth=room_depth, noise=float(rng.uniform(1.5, 4.5)),
        blur=float(rng.uniform(0.35, 0.6)),
        gain=tuple(float(bright * g) for g in (1 + warm, 1.0, 1 - warm)),
        restless=float(rng.uniform(0.7, 1.3)),
        left_handed=float(rng.uniform(0.25, 0.5)))
