"""The tuned threshold of a localizer, on its way into the checkpoint.

A validation tunes it (:class:`mmgesture.evaluation.MicroGestureF1`), the
checkpoint that is saved next carries it in its meta under ``detection``, and
``tools/test.py`` and ``tools/detect.py`` use it. A later checkpoint does not
inherit it: other weights give other scores.
"""
from pathlib import Path
from typing import Any, Dict, Optional, Union

from mmengine.logging import MessageHub

from .checkpoint import load_local, save_checkpoint

__all__ = [
    'META_KEY', 'latest_operating_point', 'remember_operating_point',
    'store_operating_point'
]

#: Key of a checkpoint's meta.
META_KEY = 'detection'
_HUB_KEY = 'detection_operating_point'


def remember_operating_point(point: Dict[str, Any]) -> None:
    """Keep a point for the checkpoint that is saved before the next step.

    Args:
        point (dict): ``threshold`` and how it was found, plain types.
    """
    hub = MessageHub.get_current_instance()
    hub.update_info(_HUB_KEY, dict(point, iter=hub.get_info('iter')))


def latest_operating_point(hub: MessageHub) -> Optional[Dict[str, Any]]:
    """The point that belongs to the weights as they are now.

    Args:
        hub (MessageHub): The message hub of the run.

    Returns:
        dict: None if none was tuned since the last training step.
    """
    point = hub.get_info(_HUB_KEY)
    if not point or point.get('iter') != hub.get_info('iter'):
        return None
    return {key: value for key, value in point.items() if key != 'iter'}


def store_operating_point(checkpoint: Union[str, Path],
                          point: Dict[str, Any]) -> None:
    """Write a point into the meta of a checkpoint, atomically.

    Args:
        checkpoint (str | Path): The checkpoint, changed in place.
        point (dict): ``threshold`` and how it was found, plain types.

    Raises:
        FileNotFoundError: If there is no such file.
        CheckpointError: If it cannot be used, or is no checkpoint with a
            meta.
    """
    content = load_local(checkpoint, map_location='cpu')
    if not isinstance(content, dict) or 'state_dict' not in content:
        content = dict(state_dict=content)
    content.setdefault('meta', {})[META_KEY] = dict(point)
    save_checkpoint(content, checkpoint)
