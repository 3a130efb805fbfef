from types import SimpleNamespace

import torch
from mmaction.structures import ActionDataSample

from mmgesture.engine.hooks.non_finite_guard_hook import (NonFiniteGuardHook,
                                                          sample_ids_of)
from mmgesture.engine.optim_wrapper import GuardedOptimWrapper


def batch(*ids):
    samples = [ActionDataSample(metainfo=dict(sample_id=i)) for i in ids]
    return dict(inputs=[], data_samples=samples)


def test_sample_ids_come_from_the_data_samples():
    assert sample_ids_of(batch('a', 'b')) == ['a', 'b']
    assert sample_ids_of(dict(data_samples=[ActionDataSample()])) == []
    assert sample_ids_of([1, 2]) == sample_ids_of(None) == []


def test_wrapper_learns_names_and_the_samples_of_its_step():
    model = torch.nn.Linear(1, 1)
    wrapper = GuardedOptimWrapper(
        torch.optim.SGD(model.parameters(), lr=0.1), accumulative_counts=2)
    runner = SimpleNamespace(model=model, optim_wrapper=wrapper)
    hook = NonFiniteGuardHook()
    hook.before_train(runner)
    assert wrapper.parameter_names[id(model.bias)] == 'bias'
    for number, wanted in ((0, 'ab'), (1, 'abc'), (2, 'd')):
        ids = {0: ('a', 'b'), 1: ('c', ), 2: ('d', )}[number]
        hook.before_train_iter(runner, number, batch(*ids))
        assert wrapper.sample_ids == list(wanted)
        wrapper.update_params(model(torch.ones(1, 1)).sum())


def test_other_wrappers_are_left_alone():
    runner = SimpleNamespace(
        model=torch.nn.Linear(1, 1), optim_wrapper=SimpleNamespace())
    hook = NonFiniteGuardHook()
    hook.before_train(runner)
    hook.before_train_iter(runner, 0, batch('a'))
    assert vars(runner.optim_wrapper) == {}


def test_non_finite_losses_stay_out_of_the_log():
    wrapper = GuardedOptimWrapper(
        torch.optim.SGD(torch.nn.Linear(1, 1).parameters(), lr=0.1))
    outputs = dict(
        loss=torch.tensor(float('nan'), requires_grad=True),
        acc=0.5,
        aux=torch.tensor(float('inf')))
    hook = NonFiniteGuardHook()
    hook.after_train_iter(
        SimpleNamespace(optim_wrapper=wrapper), 0, None, outputs)
    assert outputs == dict(acc=0.5)
    outputs = dict(loss=float('nan'))
    hook.after_train_iter(
        SimpleNamespace(optim_wrapper=SimpleNamespace()), 0, None, outputs)
    assert 'loss' in outputs


def test_guard_comes_before_the_log_and_after_the_mean(tmp_path):
    from mmgesture.engine import GestureRunner
    runner = GestureRunner(
        model=torch.nn.Linear(1, 1),
        work_dir=str(tmp_path),
        default_scope='mmaction',
        experiment_name='guard_order')
    order = [type(hook).__name__ for hook in runner.hooks]
    assert order.index('RankMeanLossHook') < order.index(
        'NonFiniteGuardHook') < order.index('RuntimeInfoHook')
