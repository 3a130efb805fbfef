from types import SimpleNamespace

import pytest

from mmgesture.engine.hooks import HeartbeatHook


@pytest.mark.parametrize('mode', ['train', 'val', 'test'])
def test_each_step_of_any_loop_moves_the_count_twice(mode):
    hook, heartbeat = HeartbeatHook(), SimpleNamespace(step=0)
    runner = SimpleNamespace(heartbeat=heartbeat)
    for index in range(3):
        getattr(hook, f'before_{mode}_iter')(runner, batch_idx=index)
        assert heartbeat.step == 2 * index + 1
        getattr(hook, f'after_{mode}_iter')(runner, batch_idx=index)
        assert heartbeat.step == 2 * index + 2


def test_a_run_of_one_process_has_none():
    HeartbeatHook().before_train_iter(SimpleNamespace(heartbeat=None), 0)
