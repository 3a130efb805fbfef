"""Training loops that go on where a checkpoint stands.

MMEngine's loops resume at the start of an epoch only (by epoch), or load and
throw away every batch that was trained on before (by iteration); and neither
repeats a validation that a crash cut off, so that its epoch can never become
the best one.
"""
import logging
from typing import Any, Dict, Iterator, Optional

from mmengine.dataset import InfiniteSampler
from mmengine.logging import print_log
from mmengine.runner import EpochBasedTrainLoop, IterBasedTrainLoop
from torch import nn

from mmgesture.registry import LOOPS

__all__ = ['ResumableEpochLoop', 'ResumableIterLoop', 'VALIDATED']

#: Entry of the message hub: the iteration whose validation is complete.
VALIDATED = 'validated_iter'


class _Resumable:
    """What the two loops have in common."""

    def _validate_if_due(self, count: int, resumed: bool = False) -> None:
        """Validate if that is due after so many epochs or iterations."""
        loop = self.runner.val_loop
        last = self._max_epochs if isinstance(
            self, EpochBasedTrainLoop) else self._max_iters
        if loop is None or count < self.val_begin or not (
                count % self.val_interval == 0 or count == last):
            return
        hub = self.runner.message_hub
        if resumed:
            if hub.runtime_info.get(VALIDATED) == self._iter:
                return
            print_log('the validation of the resumed checkpoint was not '
                      'finished, so it is done first', 'current')
        loop.run()

    def go_on_at(self, position: Optional[Dict[str, Any]]) -> None:
        """Take the place within the epoch over from a checkpoint.

        Args:
            position (dict, optional): ``batch``, how many batches of the
                epoch are done, and ``batches``, how many it had; None: the
                checkpoint ends an epoch.
        """


@LOOPS.register_module()
class ResumableEpochLoop(_Resumable, EpochBasedTrainLoop):
    """MMEngine's epoch loop that can start within an epoch.

    Arguments are those of :class:`mmengine.runner.EpochBasedTrainLoop`.
    """

    _first_batch = 0

    def go_on_at(self, position: Optional[Dict[str, Any]]) -> None:
        """Take the place within the epoch over from a checkpoint.

        Args:
            position (dict, optional): ``batch``, how many batches of the
                epoch are done, and ``batches``, how many it had; None: the
                checkpoint ends an epoch.
        """
        if position is None:
            return
        here = len(self.dataloader)
        batch, batches = position['batch'], position['batches']
        if batches != here:
            print_log(
                f'an epoch had {batches} batches when this checkpoint was '
                f'written and has {here} now: the run goes on at the same '
                'share of the epoch, not at the same clip', 'current',
                logging.WARNING)
            batch = round(batch / batches * here)
        self._first_batch = batch

    def run(self) -> nn.Module:
        """Train, validating between epochs.

        Returns:
            nn.Module: The trained model.
        """
        self.runner.call_hook('before_train')
        if self._epoch and not self._first_batch:
            self._decide_current_val_interval()
            self._validate_if_due(self._epoch, resumed=True)
        while self._epoch < self._max_epochs and not self.stop_training:
            self.run_epoch()
            self._decide_current_val_interval()
            self._validate_if_due(self._epoch)
        self.runner.call_hook('after_train')
        return self.runner.model

    def run_epoch(self) -> None:
        """Train one epoch, or what is left of it."""
        self.runner.call_hook('before_train_epoch')
        self.runner.model.train()
        first, self._first_batch = self._first_batch, 0
        self.dataloader.start_at(first)
        for index, batch in enumerate(self.dataloader, first):
            self.run_iter(index, batch)
        self.runner.call_hook('after_train_epoch')
        self._epoch += 1


@LOOPS.register_module()
class ResumableIterLoop(_Resumable, IterBasedTrainLoop):
    """MMEngine's iteration loop that skips trained batches unread.

    Passes over the data are seeded by their number, also after a resumption.
    Arguments are those of :class:`mmengine.runner.IterBasedTrainLoop`.
    """

    def _batches(self) -> Iterator[Any]:
        """Batches from the current iteration on, without end."""
        loader = self.dataloader
        if isinstance(loader.sampler, InfiniteSampler):
            loader.start_at(self._iter)
            yield from loader
        while True:
            number, first = divmod(self._iter, len(loader))
            sampler = getattr(loader.batch_sampler, 'sampler', loader.sampler)
            if hasattr(sampler, 'set_epoch'):
                sampler.set_epoch(number)
            loader.start_at(first)
            yield from loader

    def run(self) -> nn.Module:
        """Train, validating between iterations.

        Returns:
            nn.Module: The trained model.
        """
        self.runner.call_hook('before_train')
        self.runner.call_hook('before_train_epoch')
        batches = self.dataloader_iterator = self._batches()
        if self._iter:
            self._decide_current_val_interval()
            self._validate_if_due(self._iter, resumed=True)
        while self._iter < self._max_iters and not self.stop_training:
            self.runner.model.train()
            self.run_iter(next(batches))
            self._decide_current_val_interval()
            self._validate_if_due(self._iter)
        self.runner.call_hook('after_train_epoch')
        self.runner.call_hook('after_train')
        return self.runner.model
