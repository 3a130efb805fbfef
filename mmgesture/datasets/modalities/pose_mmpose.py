"""mmpose as a pose estimator, with local weights, without its compilation.

mmpose 1.3 imports mmdet, the compiled operators of mmcv and xtcocotools,
whose wheel wants NumPy 1, and uses none of the three to estimate poses from
boxes. So that nobody has to compile mmcv for them, what cannot be imported
is stood in for; whoever calls it is told.
"""
import importlib
import importlib.machinery
import sys
import types
from typing import List, Optional

import numpy as np
from mmengine.registry import DefaultScope

__all__ = ['MMPoseEstimator', 'import_mmpose']

INSTALL = 'pip install --no-deps -r requirements/pose.txt'


def _stand_in(name: str, what: str) -> types.ModuleType:
    """A module whose every attribute says that it is not there."""
    module = types.ModuleType(name)
    module.__path__ = []
    # without a loader: those who ask whether it is really there hear no
    module.__spec__ = importlib.machinery.ModuleSpec(name, None)

    def missing(attribute: str):
        if attribute.startswith('__'):
            raise AttributeError(attribute)

        def refuse(*args, **kwargs):
            raise RuntimeError(f'{name}.{attribute} is not there: {what}')

        return refuse

    module.__getattr__ = missing
    return module


def _stand_ins() -> List[str]:
    """Fill in what mmpose imports and top-down estimation does not use."""
    filled = []
    wanted = {
        'mmcv._ext': 'mmcv-lite has no compiled operators, install mmcv',
        'torchvision.transforms': 'torchvision cannot be imported',
    }
    for name, what in wanted.items():
        try:
            importlib.import_module(name)
        except Exception:  # absent, or made for another torch
            for part in (name.rpartition('.')[0], name):
                if part not in ('mmcv', ) and part not in sys.modules:
                    sys.modules[part] = _stand_in(part, what)
            filled.append(name)
    try:
        importlib.import_module('xtcocotools.coco')
    except Exception:  # absent, or made for NumPy 1: a fork of pycocotools
        for part in ('', '.coco', '.cocoeval', '.mask'):
            sys.modules[f'xtcocotools{part}'] = importlib.import_module(
                f'pycocotools{part}')
        filled.append('xtcocotools')
    return filled


def import_mmpose() -> types.ModuleType:
    """Import ``mmpose.apis``, whatever of its needs is missing.

    Returns:
        ModuleType: The module.

    Raises:
        ImportError: If it cannot be imported; the message says why and what
            to do.
    """
    try:
        _stand_ins()
        return importlib.import_module('mmpose.apis')
    except Exception as error:  # whatever a half-installed mmpose raises
        raise ImportError(
            f'poses need mmpose, which cannot be imported '
            f'({type(error).__name__}: {error}); {INSTALL}') from error


class MMPoseEstimator:
    """A top-down pose estimator of mmpose.

    Nothing is downloaded: config and weights are local files. mmpose's own
    checkpoints hold more than tensors; they load within
    ``mmgesture.engine.trusting_checkpoints(True)``, which can run any code.

    Args:
        config (str): Config of the model, one of mmpose's
            ``configs/.../topdown_...`` for instance.
        weights (str, optional): Its checkpoint; None leaves the weights as
            drawn, which is of use to tests alone. Defaults to None.
        device (str): Where to compute. Defaults to 'cpu'.

    Raises:
        ImportError: If mmpose cannot be imported.
        FileNotFoundError: If config or weights are not there.
    """

    def __init__(self,
                 config: str,
                 weights: Optional[str] = None,
                 device: str = 'cpu') -> None:
        self._api = import_mmpose()
        with DefaultScope.overwrite_default_scope('mmpose'):
            self.model = self._api.init_model(config, weights, device=device)

    @property
    def num_joints(self) -> int:
        """int: Joints of the model."""
        return int(self.model.dataset_meta['num_keypoints'])

    def __call__(self,
                 frame: np.ndarray,
                 box: Optional[np.ndarray] = None) -> tuple:
        """Estimate one person.

        Args:
            frame (np.ndarray): RGB picture (H, W, 3), uint8.
            box (np.ndarray, optional): x1, y1, x2, y2 in pixels; None: the
                whole picture. Defaults to None.

        Returns:
            tuple[np.ndarray, np.ndarray]: Joints in pixels, (V, 2), and
            their scores, (V,), float32.
        """
        picture = np.ascontiguousarray(frame[..., ::-1])  # RGB -> BGR
        boxes = None if box is None else np.asarray(box, np.float32)[None]
        with DefaultScope.overwrite_default_scope('mmpose'):
            found = self._api.inference_topdown(self.model, picture, boxes)
        person = found[0].pred_instances
        return (np.asarray(person.keypoints[0], np.float32)[:, :2],
                np.asarray(person.keypoint_scores[0], np.float32))
