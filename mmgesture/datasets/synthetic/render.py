"""From scene and motion to colour and depth pictures."""
import cv2
import numpy as np

from .body import solve_joints
from .figure import Draughtsman

_SHIFT = 4  # polygons are handed to OpenCV in sixteenths of a pixel
_CHUNK = 128  # frames whose polygons are computed together
_NOISE_IMAGES = 4


class StreamRenderer:
    """Draws one recording; any frame can be asked for, in any order.

    Args:
        scene (Scene): Person, room, camera.
        motion (np.ndarray): Pose vectors, shape (T, C).
        seed (int): Seed of the camera noise.
        max_depth (float): Distance that is white in the depth picture, m.
    """

    def __init__(self, scene, motion, seed, max_depth=4.5):
        self.scene = scene
        self.motion = motion
        self.max_depth = max_depth
        self.figure = solve_joints(scene.shape, motion)
        self._chunk = (-1, None)
        rng = np.random.default_rng(seed)
        width, height = scene.camera.size
        self._noise = [self._noise_image(rng) for _ in range(_NOISE_IMAGES)]
        self._jump = rng.integers(0, 16, (len(motion), 3))
        flicker = rng.normal(0, 0.004, len(motion))
        self._gain = 1 + flicker
        self._far = self._grey(scene.room_depth)
        self._gain_room = np.clip(scene.room * np.array(scene.gain), 0,
                                  255).astype(np.uint8)
        self._small = (max(8, width // 6), max(6, height // 6))

    def __len__(self):
        return len(self.motion)

    def _noise_image(self, rng):
        width, height = self.scene.camera.size
        grain = rng.normal(0, 1, (height + 16, width + 16, 3))
        grain = cv2.GaussianBlur(grain, (0, 0), 0.6)
        grain *= self.scene.noise / grain.std()
        return np.round(grain).astype(np.int16)

    def _grey(self, metres):
        return np.clip(np.asarray(metres) * (255 / self.max_depth), 0,
                       255).astype(np.uint8)

    def _prepared(self, index):
        """Polygons of the chunk that holds a frame, as fixed point."""
        number = index // _CHUNK
        if self._chunk[0] != number:
            rows = slice(number * _CHUNK, (number + 1) * _CHUNK)
            part = type(self.figure)(self.figure.joints[rows],
                                     self.figure.torso[rows],
                                     self.figure.head[rows])
            groups = Draughtsman(self.scene, part,
                                 self.motion[rows]).groups()
            order = np.argsort(-np.stack([g.key for g in groups], 1), axis=1,
                               kind='stable')
            gain = self.scene.gain
            fills = []
            for group in groups:
                entries = []
                for fill in group.fills:
                    points = np.round(fill.points * (1 << _SHIFT))
                    colour = tuple(min(255, int(c * g))
                                   for c, g in zip(fill.colour, gain))
                    grey = None if fill.depth is None else self._grey(
                        fill.depth).tolist()
                    entries.append((points.astype(np.int32), colour, grey))
                fills.append(entries)
            self._chunk = (number, (order, fills))
        return self._chunk[1], index - number * _CHUNK

    def depth(self, index):
        """Depth picture, nearer is darker.

        Args:
            index (int): Frame number.

        Returns:
            np.ndarray: uint8, shape (H, W); 255 is ``max_depth``.
        """
        (order, fills), row = self._prepared(index)
        canvas = self._far.copy()
        for group in order[row]:
            for points, _, grey in fills[group]:
                if grey is not None:
                    cv2.fillPoly(canvas, [points[row]], grey[row],
                                 cv2.LINE_8, _SHIFT)
        return canvas

    def mask(self, index):
        """Where the person is.

        Args:
            index (int): Frame number.

        Returns:
            np.ndarray: bool, shape (H, W).
        """
        return self.depth(index) != self._far

    def _shadowed_room(self, depth):
        """The room with the person's soft shadow, away from the light."""
        width, height = self.scene.camera.size
        mask = (depth != self._far).astype(np.uint8) * 90
        small = cv2.resize(mask, self._small, interpolation=cv2.INTER_AREA)
        dx = -self.scene.light[0] * 0.07 * self._small[1]
        move = np.float32([[1, 0, dx], [0, 1, 0.02 * self._small[1]]])
        small = cv2.warpAffine(small, move, self._small)
        small = 255 - cv2.GaussianBlur(small, (5, 5), 0)
        shade = cv2.resize(small, (width, height),
                           interpolation=cv2.INTER_LINEAR)
        return cv2.multiply(self._gain_room, cv2.merge([shade] * 3),
                            scale=1 / 255)

    def frame(self, index):
        """Colour and depth picture of one frame.

        Args:
            index (int): Frame number.

        Returns:
            tuple[np.ndarray, np.ndarray]: RGB uint8 (H, W, 3) and depth
            uint8 (H, W).
        """
        (order, fills), row = self._prepared(index)
        depth = self.depth(index)
        canvas = self._shadowed_room(depth)
        for group in order[row]:
            for points, colour, _ in fills[group]:
                cv2.fillPoly(canvas, [points[row]], colour, cv2.LINE_AA,
                             _SHIFT)
        canvas = cv2.GaussianBlur(canvas, (3, 3), self.scene.blur)
        which, x, y = self._jump[index]
        height, width = canvas.shape[:2]
        grain = self._noise[which % _NOISE_IMAGES][y:y + height, x:x + width]
        canvas = cv2.add(canvas, grain, dtype=cv2.CV_8U)
        return cv2.convertScaleAbs(canvas, alpha=self._gain[index]), depth
