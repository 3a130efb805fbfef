"""Counts steps, by which the processes of a run see who comes on."""
from typing import Any

from mmengine.hooks import Hook

from mmgesture.registry import HOOKS

__all__ = ['HeartbeatHook']


@HOOKS.register_module()
class HeartbeatHook(Hook):
    """Moves the heartbeat's count before and after each step of any loop.

    So a process whose loader does not come on is behind one that waits for
    it inside of its step.
    """

    priority = 'VERY_LOW'

    def _before_iter(self, runner, *unused: Any, **unused_too: Any) -> None:
        heartbeat = getattr(runner, 'heartbeat', None)
        if heartbeat is not None:
            heartbeat.step += 1

    _after_iter = _before_iter
