"""The drawn person as groups of polygons, sorted by distance.

Round parts are nested outlines from dark to light, of which the lighter ones
are smaller and shifted towards the light: cheap, and at the size of a video
they read as shading.
"""
from dataclasses import dataclass, field

import numpy as np

from .body import JOINT, apply
from .head import head_polygons, tone
from .pose import CH
from .shapes import capsules, spline_matrix

# Size, shift towards the light (in radii) and brightness of the outlines.
_TONES = ((1.0, 0.0, 0.77), (0.86, 0.07, 0.86), (0.69, 0.16, 0.94),
          (0.50, 0.27, 1.00), (0.29, 0.38, 1.06))


@dataclass
class Fill:
    """One filled polygon per frame.

    Args:
        points (np.ndarray): Pixels, shape (T, K, 2).
        colour (tuple): RGB.
        depth (np.ndarray | None): Distance in metres for the depth picture,
            shape (T,); None leaves the polygon out of it.
    """
    points: np.ndarray
    colour: tuple
    depth: np.ndarray = None


@dataclass
class Group:
    """Polygons that are drawn together.

    Args:
        key (np.ndarray): Distance to sort by, shape (T,).
        fills (list[Fill]): Back to front.
    """
    key: np.ndarray
    fills: list = field(default_factory=list)


class Draughtsman:
    """Turns a figure in motion into groups of polygons.

    Args:
        scene (Scene): Person, camera and light.
        figure (Figure): Joints and rotations, T frames.
        motion (np.ndarray): The pose vectors, shape (T, C).
    """

    def __init__(self, scene, figure, motion):
        self.scene = scene
        self.figure = figure
        self.motion = motion
        camera = scene.camera
        self.space = camera.to_camera(figure.joints)
        self.pixels = camera.project(self.space)
        # Pixels per stature at every joint.
        self.scale = camera.focal * scene.shape.stature / self.space[..., 2]

    def _round(self, group, a, b, scale, radii, colour, depth):
        light = np.array(self.scene.light)
        for shrink, shift, bright in _TONES:
            ra, rb = radii[0] * scale, radii[1] * scale
            group.fills.append(Fill(
                capsules(a + light * (shift * ra)[:, None],
                         b + light * (shift * rb)[:, None],
                         ra * shrink, rb * shrink),
                tone(colour, bright), depth))

    def _limb(self, group, first, second, radii, colour, span=(0.0, 1.0)):
        """A tapered capsule between two joints or a stretch of it."""
        i, j = JOINT[first], JOINT[second]
        axis = self.pixels[:, j] - self.pixels[:, i]
        mean = 0.5 * (self.space[:, i, 2] + self.space[:, j, 2])
        stature = self.scene.shape.stature
        self._round(group, self.pixels[:, i] + span[0] * axis,
                    self.pixels[:, i] + span[1] * axis,
                    0.5 * (self.scale[:, i] + self.scale[:, j]), radii,
                    colour, mean - 0.5 * sum(radii) * stature)

    def _z(self, *names):
        return np.mean([self.space[:, JOINT[n], 2] for n in names], axis=0)

    def _leg(self, side):
        look, girth = self.scene.look, self.scene.shape.girth
        stature = self.scene.shape.stature
        names = [f'{n}_{side}' for n in ('hip', 'knee', 'ankle', 'foot')]
        # The shirt hangs over the legs: they are always behind the trunk.
        group = Group(self._z(*names) + 0.25 * stature)
        self._limb(group, names[1], names[2],
                   (0.041 * girth, 0.029 * girth), look.trousers)
        self._limb(group, names[0], names[1],
                   (0.052 * girth, 0.041 * girth), look.trousers,
                   (0.14, 1.0))
        # Tone by tone, so that the knee shows no seam.
        count = len(_TONES)
        group.fills = [f for pair in zip(group.fills[:count],
                                         group.fills[count:]) for f in pair]
        shoe = Group(group.key)
        self._limb(shoe, names[2], names[3], (0.021, 0.019), look.shoes)
        group.fills = shoe.fills + group.fills
        return group

    def _arm(self, side):
        """Upper arm, forearm and hand: three groups."""
        look, girth = self.scene.look, self.scene.shape.girth
        bulk = 0.5 + 0.5 * girth
        shoulder, elbow, wrist, hand = (
            f'{n}_{side}' for n in ('shoulder', 'elbow', 'wrist', 'hand'))
        upper = Group(self._z(shoulder, elbow))
        lower = Group(self._z(elbow, wrist))
        palm = Group(self._z(wrist, hand) - 0.004)
        sleeve = np.clip((look.sleeve * 2, look.sleeve * 2 - 1), 0, 1)
        if sleeve[0] < 1:
            self._limb(upper, shoulder, elbow, (0.029 * bulk, 0.024 * bulk),
                       look.skin)
        self._limb(upper, shoulder, elbow, (0.035 * bulk, 0.030 * bulk),
                   look.shirt, (0.0, sleeve[0]))
        if sleeve[1] < 1:
            self._limb(lower, elbow, wrist, (0.024 * bulk, 0.016 * bulk),
                       look.skin)
        if sleeve[1] > 0:
            self._limb(lower, elbow, wrist, (0.029 * bulk, 0.022 * bulk),
                       look.shirt, (0.0, 0.95 * sleeve[1]))
        self._hand(palm, side)
        return upper, lower, palm

    def _hand(self, group, side):
        skin = self.scene.look.skin
        wrist, hand, tip, thumb = (
            self.pixels[:, JOINT[f'{n}_{side}']]
            for n in ('wrist', 'hand', 'hand_tip', 'thumb'))
        scale = self.scale[:, JOINT[f'hand_{side}']]
        size = np.ones_like(scale)
        depth = self._z(f'hand_{side}') - 0.02
        along = tip - hand
        aside = np.stack([-along[:, 1], along[:, 0]], -1)
        aside /= np.maximum(np.hypot(*aside.T), 1e-6)[:, None]
        for place in (-1.5, -0.5, 0.5, 1.5):
            spread = aside * (place * 0.0072 * scale)[:, None]
            reach = 1.0 - 0.07 * abs(place)
            group.fills.append(Fill(
                capsules(hand + spread, hand + along * reach + 1.25 * spread,
                         0.0052 * scale * size, 0.0042 * scale * size, 4),
                tone(skin, 0.90 + 0.05 * place), depth))
        group.fills.append(Fill(
            capsules(wrist, thumb, 0.009 * scale, 0.0055 * scale, 4),
            tone(skin, 0.84), depth))
        self._round(group, wrist, hand, scale, (0.0145, 0.0172), skin, depth)

    def _torso_points(self, points):
        """Project points (T, K, 3) of the chest frame, in statures."""
        shape = self.scene.shape
        chest = self.figure.joints[:, JOINT['spine_shoulder']]
        # (T, K, 3) = (T, 3, 3) applied to every corner
        world = np.einsum('tij,tkj->tki', self.figure.torso, points)
        world = world * shape.stature + chest[:, None]
        return self.scene.camera.project(self.scene.camera.to_camera(world))

    def _trunk_outline(self):
        """Corners round the shirt, clockwise from the left of the neck."""
        shape = self.scene.shape
        w, g = shape.shoulder, shape.girth
        half = np.array([(0.030, 0.040), (0.62 * w, 0.022), (1.02 * w, 0.004),
                         (1.20 * w, -0.032), (0.98 * w, -0.085),
                         (0.88 * w, -0.150), (0.78 * w * g, -0.215),
                         (0.82 * w * g, -0.285), (0.86 * w * g, -0.335)])
        corners = np.concatenate([half, half[::-1] * (-1, 1)])
        out = np.zeros((len(self.motion), len(corners), 3))
        out[..., :2] = corners
        for side, rows in (('l', (1, 2, 3)), ('r', (16, 15, 14))):
            raised = self.motion[:, CH[f'shrug_{side}']]
            out[:, rows, 1] += raised * (0.6, 1.0, 0.8)
        return out

    def _trunk(self):
        look = self.scene.look
        stature = self.scene.shape.stature
        centre = self._z('spine_mid')
        group = Group(centre + 0.03 * stature)
        depth = centre - 0.065 * stature * self.scene.shape.girth
        waist = np.array([(-1, -0.29), (1, -0.29), (0.95, -0.36),
                          (0.35, -0.40), (-0.35, -0.40), (-0.95, -0.36)])
        waist[:, 0] *= 0.82 * self.scene.shape.shoulder * \
            self.scene.shape.girth
        waist = np.concatenate([waist, np.zeros((6, 1))], 1)
        waist = np.repeat(waist[None], len(self.motion), 0)
        group.fills.append(Fill(self._torso_points(waist),
                                tone(look.trousers, 0.8), depth))
        corners = self._trunk_outline()
        smooth = spline_matrix(corners.shape[1], 3)
        for shrink, shift, bright in _TONES:
            part = corners.copy()
            part[..., 0] *= shrink
            part[..., 0] += (self.scene.light[0] * shift * 0.9 *
                             self.scene.shape.shoulder)
            part[..., 1] = (part[..., 1] + 0.15) * (0.55 + 0.45 * shrink) - \
                0.15
            part = np.einsum('pk,tkc->tpc', smooth, part)
            group.fills.append(Fill(self._torso_points(part),
                                    tone(look.shirt, bright), depth))
        self._pattern(group)
        collar = np.array([(-0.030, 0.040), (0.030, 0.040), (0.022, 0.012),
                           (0.0, -0.006), (-0.022, 0.012)])
        collar = np.concatenate([collar, np.full((5, 1), 0.03)], 1)
        group.fills.append(Fill(self._torso_points(
            np.repeat(collar[None], len(self.motion), 0)),
            tone(look.skin, 0.80)))
        return group

    def _pattern(self, group):
        look, num = self.scene.look, len(self.motion)
        w, g = self.scene.shape.shoulder, self.scene.shape.girth

        def band(x, y, half_x, half_y):
            quad = np.array([(x - half_x, y - half_y), (x + half_x, y -
                             half_y), (x + half_x, y + half_y),
                             (x - half_x, y + half_y)])
            quad = np.concatenate([quad, np.full((4, 1), 0.03)], 1)
            return self._torso_points(np.repeat(quad[None], num, 0))

        dark = tone(look.shirt, 0.62 if sum(look.shirt) > 240 else 1.7)
        if look.pattern == 'stripes':
            for y in np.arange(-0.055, -0.32, -0.042):
                half = 0.80 * w * (1 if y > -0.15 else 0.92 * g)
                group.fills.append(Fill(band(0, y, half, 0.0075), dark))
        elif look.pattern == 'buttons':
            group.fills.append(Fill(band(0, -0.165, 0.0035, 0.165), dark))
            for y in np.arange(-0.04, -0.32, -0.06):
                group.fills.append(Fill(band(0.010, y, 0.0035, 0.0035), dark))

    def _head(self):
        scene = self.scene
        stature = scene.shape.stature
        key = self._z('head')
        group = Group(key)
        depth = key - 0.05 * stature
        head = self.figure.joints[:, JOINT['head']]
        polygons = head_polygons(
            scene.look, scene.shape.head, scene.light,
            self.motion[:, CH['blink'].start],
            self.motion[:, CH['mouth'].start])
        hair_behind = 1 if scene.look.style == 'long' else 0
        for index, (points, colour) in enumerate(polygons):
            if index == hair_behind:
                self._neck(group, depth)
            world = np.einsum('tij,tkj->tki', self.figure.head, points)
            world = world * stature + head[:, None]
            group.fills.append(Fill(
                scene.camera.project(scene.camera.to_camera(world)), colour,
                depth))
        return group

    def _neck(self, group, depth):
        low = self.figure.joints[:, JOINT['neck']] + apply(
            self.figure.torso, (0, -0.02, 0.01))
        camera = self.scene.camera
        low = camera.project(camera.to_camera(low))
        scale = self.scale[:, JOINT['neck']]
        self._round(group, low, self.pixels[:, JOINT['head']], scale,
                    (0.026, 0.024), tone(self.scene.look.skin, 0.82), depth)

    def groups(self):
        """All groups of the person.

        Returns:
            list[Group]: Unsorted.
        """
        out = [self._leg('l'), self._leg('r'), self._trunk(), self._head()]
        for side in 'lr':
            out += self._arm(side)
        return out
