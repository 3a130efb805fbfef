"""From activation maps to the rows and the caption of their figure."""
from typing import List, Optional, Sequence

import numpy as np

from mmgesture.visualization.activation_maps import MapRow
from .activations import Activations

#: What a map shows, by its method.
DEFINITIONS = dict(
    gradcam='Grad-CAM of that class: ReLU(sum over channels c of w_c x_c), '
    'w_c the mean over the clip of the gradient of the class\'s logit.',
    magnitude='Mean over the channels c of |x_c|.')


def map_rows(name: str, found: Activations, frames: np.ndarray,
             mark: str) -> List[MapRow]:
    """The rows of one model in the figure.

    Args:
        name (str): What the model is called.
        found (Activations): Its maps.
        frames (np.ndarray): Frames to lay them over, shape (T, H, W, 3),
            uint8.
        mark (str): Keeps the colour scales of two models apart.

    Returns:
        list[MapRow]: F; with MCFM its output without and with the frame
        difference on one scale, and their difference.
    """
    rows = [
        MapRow(f'{name}\nbackbone F\nP = {found.probability:.3f}', frames,
               found.backbone, f'{mark} backbone')
    ]
    if found.fused is None:
        return rows
    if found.theta is None:
        return rows + [
            MapRow(f'{name}\nMCFM (trained\nwithout difference)', frames,
                   found.fused, f'{mark} mcfm')
        ]
    gates = ', '.join(f'{gate:.2f}' for gate in found.theta)
    change = found.fused - found.fused_without
    return rows + [
        MapRow(f'{name}\nMCFM, θ = 0\nP = {found.probability_without:.3f}',
               frames, found.fused_without, f'{mark} mcfm'),
        MapRow(f'{name}\nMCFM, θ trained\n({gates})', frames, found.fused,
               f'{mark} mcfm'),
        MapRow(f'{name}\nθ trained − θ = 0', frames, change,
               f'{mark} change', True)
    ]


def map_caption(method: str,
                founds: Sequence[Activations],
                true: Optional[str] = None) -> str:
    """The definitions of all that the figure shows.

    Args:
        method (str): How the maps were made, of
            :data:`mmgesture.analysis.activations.METHODS`.
        founds (Sequence[Activations]): Maps of the models.
        true (str, optional): True class of the clip. Defaults to None: not
            known.

    Returns:
        str: A few sentences.
    """
    parts = [
        'P: probability of the class' +
        (f' (true class: {true}).' if true else '.'), DEFINITIONS[method]
    ]
    fused = [found for found in founds if found.fused is not None]
    if fused:
        windows = ', '.join(str(window) for window in fused[0].windows)
        parts.append(
            f'MCFM: its scales (windows {windows}) ' +
            ('are channels as any.' if method == 'gradcam' else 'averaged.'))
    if any(found.theta for found in fused):
        parts.append('θ = 0 takes the frame difference out of the same '
                     'weights, θ trained keeps it.')
    parts.append('Maps are 60 % opaque, enlarged bilinearly. A colour bar '
                 'holds for its rows and all frames of the clip' +
                 ('; values of two models cannot be compared.'
                  if len(founds) > 1 else '.'))
    return ' '.join(parts)
