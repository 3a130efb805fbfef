from collections import OrderedDict
from types import SimpleNamespace

import torch

from mmgesture.engine.hooks import rank_mean_loss_hook as module
from mmgesture.engine.hooks.rank_mean_loss_hook import RankMeanLossHook


def test_losses_are_replaced_by_their_mean_in_place(monkeypatch):
    monkeypatch.setattr(
        module, 'mean_over_ranks',
        lambda values, device: {k: v + 1
                                for k, v in values.items()})
    many = torch.ones(3)
    outputs = OrderedDict(
        loss=torch.tensor(2.0, requires_grad=True), acc=0.5, many=many)
    RankMeanLossHook().after_train_iter(
        SimpleNamespace(distributed=True), 0, None, outputs)
    assert outputs == OrderedDict(loss=3.0, acc=1.5, many=many)


def test_single_process_is_left_alone():
    loss = torch.tensor(2.0)
    outputs = dict(loss=loss)
    hook = RankMeanLossHook()
    hook.after_train_iter(SimpleNamespace(distributed=False), 0, None, outputs)
    assert outputs['loss'] is loss


def test_mean_is_taken_before_the_log_sees_it():
    from mmengine.hooks import RuntimeInfoHook
    from mmengine.runner import get_priority
    assert get_priority(RankMeanLossHook.priority) < get_priority(
        RuntimeInfoHook.priority)
