"""Tells datasets the epoch."""
from typing import Any, Optional

from mmengine.hooks import Hook
from mmengine.runner import IterBasedTrainLoop

from mmgesture.registry import HOOKS
from .bad_media_hook import gesture_datasets


@HOOKS.register_module()
class DatasetEpochHook(Hook):
    """Set the epoch of datasets whose augmentation is seeded by it.

    Without this hook a seeded dataset repeats the augmentation of epoch 0.
    The epoch lies in shared memory, so persistent workers see it.

    An iteration-based loop is one long epoch to MMEngine. There the epoch is
    the number of passes over the loader that came before, also in a run that
    is resumed.
    """

    priority = 'NORMAL'

    def before_train_epoch(self, runner) -> None:
        """Hand the epoch to the training set.

        Args:
            runner (Runner): The runner.
        """
        if isinstance(runner.train_loop, IterBasedTrainLoop):
            self._set_pass(runner, runner.iter)
        else:
            self._set(runner, runner.epoch)

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch: Any = None,
                         outputs: Optional[dict] = None) -> None:
        """Count the passes of an iteration-based loop.

        Args:
            runner (Runner): The runner.
            batch_idx (int): Number of the batch.
            data_batch (Any): Unused. Defaults to None.
            outputs (dict, optional): Unused. Defaults to None.
        """
        if isinstance(runner.train_loop, IterBasedTrainLoop):
            # The loop draws the next batch before it calls another hook.
            self._set_pass(runner, runner.iter + 1)

    def _set_pass(self, runner, step: int) -> None:
        self._set(runner, step // len(runner.train_loop.dataloader))

    def _set(self, runner, epoch: int) -> None:
        for item in gesture_datasets(runner.train_loop.dataloader.dataset):
            item.set_epoch(epoch)
