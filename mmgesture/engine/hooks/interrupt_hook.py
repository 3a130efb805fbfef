"""Saves and stops a run that is asked to stop."""
import os.path as osp
from typing import Any, Optional

import torch
from mmengine.dist import get_world_size, is_distributed, is_main_process
from mmengine.hooks import CheckpointHook, EMAHook, Hook
from mmengine.runner import EpochBasedTrainLoop
from torch import distributed as torch_dist

from mmgesture.engine.interrupt import (FILENAME, RunInterrupted,
                                        remove_interrupted)
from mmgesture.fileio import atomic_write
from mmgesture.registry import HOOKS

__all__ = ['InterruptHook']


@HOOKS.register_module()
class InterruptHook(Hook):
    """On SIGTERM or SIGUSR1: finish the step, save, end the run.

    The checkpoint ``interrupted_iter_N.pth`` knows the place within the
    epoch; the next regular checkpoint replaces it. All processes of a
    distributed run stop after the same step, whichever of them got the
    signal. A validation is broken off, and done again by the resumed run.
    """

    _common_batches = 0

    # The last to see a step: what others save or count of it is done.
    priority = 'LOWEST'

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch: Any = None,
                         outputs: Optional[dict] = None) -> None:
        """Stop after this step if that was asked for.

        Args:
            runner (Runner): The runner.
            batch_idx (int): Number of the batch.
            data_batch (Any): Unused. Defaults to None.
            outputs (dict, optional): Unused. Defaults to None.

        Raises:
            RunInterrupted: If the run stops here.
        """
        reason = self._agreed(runner.stop_request.reason)
        # Gradients of a step that is under way are in no checkpoint.
        complete = getattr(runner.optim_wrapper, 'should_update', None)
        if not reason or complete is not None and not complete():
            return
        meta = dict(epoch=runner.epoch, iter=runner.iter + 1)
        if isinstance(runner.train_loop, EpochBasedTrainLoop):
            meta['position'] = dict(
                batch=batch_idx + 1, batches=len(runner.train_dataloader))
        self._stop(runner, reason, meta)

    def before_val_epoch(self, runner) -> None:
        """Find the batches of the validation that every process has.

        Args:
            runner (Runner): The runner.
        """
        self._common_batches = int(
            self._reduced(len(runner.val_dataloader), torch_dist.ReduceOp.MIN))

    def after_val_iter(self,
                       runner,
                       batch_idx: int,
                       data_batch: Any = None,
                       outputs: Optional[Any] = None) -> None:
        """Break the validation off if that was asked for.

        Processes may validate different numbers of batches: in the batches
        that only some have, none stops. A runner whose processes need each
        other for a forward pass goes on to the end of the validation.

        Args:
            runner (Runner): The runner.
            batch_idx (int): Number of the batch.
            data_batch (Any): Unused. Defaults to None.
            outputs (Any, optional): Unused. Defaults to None.

        Raises:
            RunInterrupted: If the run stops here.
        """
        reason = ''
        if batch_idx < self._common_batches and getattr(
                runner, 'breaks_validation_off', True):
            reason = self._agreed(runner.stop_request.reason)
        if not reason:
            return
        for hook in runner.hooks:
            if getattr(hook, 'saved_iter', -1) == runner.iter:
                raise RunInterrupted(reason, hook.last_ckpt)
            if isinstance(hook, EMAHook):  # puts the trained weights back
                hook.after_val_epoch(runner)
        self._stop(runner, reason, dict(epoch=runner.epoch, iter=runner.iter))

    @staticmethod
    def _reduced(number: float, how: torch_dist.ReduceOp) -> float:
        """A number of every process made one."""
        if not is_distributed() or get_world_size() == 1:
            return number
        cuda = torch_dist.get_backend() == 'nccl'
        value = torch.tensor([float(number)], device='cuda' if cuda else 'cpu')
        torch_dist.all_reduce(value, how)
        return value.item()

    def _agreed(self, reason: str) -> str:
        """The reason if any process has one, in every process."""
        if not self._reduced(bool(reason), torch_dist.ReduceOp.MAX):
            return ''
        return reason or 'a signal to another process'

    def _stop(self, runner, reason: str, meta: dict) -> None:
        folder = runner.work_dir
        for hook in runner.hooks:
            if isinstance(hook, CheckpointHook) and hook.out_dir:
                folder = hook.out_dir
        name = FILENAME.format(meta['iter'])
        path = osp.join(folder, name)
        runner.message_hub.update_info('last_ckpt', path)
        runner.save_checkpoint(folder, name, meta=meta, by_epoch=False)
        if is_main_process():
            pointer = osp.join(runner.work_dir, 'last_checkpoint')
            with atomic_write(pointer) as file:
                file.write(path)
            remove_interrupted(folder, keep=name)
        if is_distributed():
            # The launcher ends all processes when the first one ends.
            torch_dist.barrier()
        raise RunInterrupted(reason, path)
