"""Averages the logged losses over the processes of a distributed run."""
from typing import Any, Optional

import torch
from mmengine.hooks import Hook

from mmgesture.engine.distributed import mean_over_ranks
from mmgesture.registry import HOOKS

__all__ = ['RankMeanLossHook']


@HOOKS.register_module()
class RankMeanLossHook(Hook):
    """Replaces this process's losses by their mean before they are logged.

    Without it the log shows what process 0 saw, which is not the loss that
    the gradient belongs to. Costs one small reduction a step; does nothing
    in a single process.
    """

    # Before RuntimeInfoHook (VERY_HIGH), which hands them to the log.
    priority = 'HIGHEST'

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch: Optional[Any] = None,
                         outputs: Optional[dict] = None) -> None:
        """Average ``outputs`` in place.

        Args:
            runner (Runner): The runner of the training process.
            batch_idx (int): Number of the batch in its epoch.
            data_batch (Any, optional): The batch. Defaults to None.
            outputs (dict, optional): Named losses. Defaults to None.
        """
        if not runner.distributed or not outputs:
            return
        numbers = {
            name: float(value.detach() if torch.is_tensor(value) else value)
            for name, value in outputs.items()
            if not torch.is_tensor(value) or value.numel() == 1
        }
        device = 'cuda' if torch.cuda.is_available() else 'cpu'
        outputs.update(mean_over_ranks(numbers, device))
