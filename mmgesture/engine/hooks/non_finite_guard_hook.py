"""Tells the guarded optimizer wrapper the names behind its numbers."""
from typing import Any, List, Optional

import torch
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper

from mmgesture.registry import HOOKS

__all__ = ['NonFiniteGuardHook', 'sample_ids_of']


def sample_ids_of(data_batch: Any) -> List[str]:
    """Return the sample ids of a batch, as far as it has any.

    Args:
        data_batch (Any): A batch of a data loader: a dict with
            ``data_samples``.

    Returns:
        list[str]: The ids; empty when the batch carries none.
    """
    if not isinstance(data_batch, dict):
        return []
    samples = data_batch.get('data_samples') or []
    return [
        str(sample.sample_id) for sample in samples
        if hasattr(sample, 'sample_id')
    ]


@HOOKS.register_module()
class NonFiniteGuardHook(Hook):
    """Gives parameter names and sample ids to ``GuardedOptimWrapper``.

    The step happens inside of the model's ``train_step``, where a hook
    cannot stop it, so the check itself is the wrapper's. Losses that are not
    finite are kept out of the log's means, which they would spoil for a
    window of steps. With another optimizer wrapper this hook does nothing.
    """

    # Before RuntimeInfoHook (VERY_HIGH, 10), which hands the losses to the
    # log, and after RankMeanLossHook (HIGHEST, 0), for which every process
    # needs the same names.
    priority = 5

    def before_train(self, runner) -> None:
        """Name the parameters.

        Args:
            runner (Runner): The runner of the training process.
        """
        wrapper = runner.optim_wrapper
        if not hasattr(wrapper, 'parameter_names'):
            return
        model = runner.model
        model = model.module if is_model_wrapper(model) else model
        wrapper.parameter_names = {
            id(param): name
            for name, param in model.named_parameters()
        }

    def before_train_iter(self,
                          runner,
                          batch_idx: int,
                          data_batch: Optional[Any] = None) -> None:
        """Name the samples of the coming step.

        Args:
            runner (Runner): The runner of the training process.
            batch_idx (int): Number of the batch in its epoch.
            data_batch (Any, optional): The batch. Defaults to None.
        """
        wrapper = runner.optim_wrapper
        if not hasattr(wrapper, 'sample_ids'):
            return
        ids = sample_ids_of(data_batch)
        # Batches that share one step (gradient accumulation) are collected.
        fresh = wrapper.inner_count % wrapper._accumulative_counts == 0
        wrapper.sample_ids = ids if fresh else wrapper.sample_ids + ids

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch: Optional[Any] = None,
                         outputs: Optional[dict] = None) -> None:
        """Take values that are not finite out of ``outputs``.

        Args:
            runner (Runner): The runner of the training process.
            batch_idx (int): Number of the batch in its epoch.
            data_batch (Any, optional): The batch. Defaults to None.
            outputs (dict, optional): Named losses. Defaults to None.
        """
        if not hasattr(runner.optim_wrapper, 'sample_ids') or not outputs:
            return
        values = torch.stack([
            torch.as_tensor(value).detach().double().mean().cpu()
            for value in outputs.values()
        ])
        for name, fine in zip(list(outputs), torch.isfinite(values).tolist()):
            if not fine:
                outputs.pop(name)
