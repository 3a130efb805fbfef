"""A CheckpointHook that never has fewer good files than before."""
import os
import os.path as osp

from mmengine.dist import is_main_process
from mmengine.hooks import CheckpointHook

from mmgesture.engine.interrupt import remove_interrupted
from mmgesture.engine.loops import VALIDATED
from mmgesture.fileio import atomic_write
from mmgesture.registry import HOOKS

__all__ = ['SafeCheckpointHook']

#: Checkpoints in a row that may fail to be written.
MAX_FAILURES = 3

#: Entry of the message hub: the checkpoints that the newest one replaces.
EXPIRED = 'expired_ckpt_ids'


@HOOKS.register_module()
class SafeCheckpointHook(CheckpointHook):
    """Writes first, points second, deletes last.

    MMEngine's hook deletes the oldest checkpoint, then writes the new one,
    then writes the pointer in place: a crash in between can leave none at
    all (``max_keep_ckpts=1``) or an empty pointer. Arguments are those of
    :class:`mmengine.hooks.CheckpointHook`; local folders only.

    A checkpoint that cannot be written (the disk is full) is a warning:
    the training goes on, and the next one may find room. The third in a row
    and the last of the training are errors.
    """

    _failures = 0

    #: Iteration of the last checkpoint that was written.
    saved_iter = -1

    def before_train(self, runner) -> None:
        """Remove what the run before was killed over.

        Args:
            runner (Runner): The runner of the training process.
        """
        super().before_train(runner)
        if is_main_process():
            for step in runner.message_hub.runtime_info.get(EXPIRED, ()):
                self._remove(
                    osp.join(self.out_dir, self.filename_tmpl.format(step)))

    def after_val_epoch(self, runner, metrics: dict) -> None:
        """Note that the validation is complete, and save the best.

        Args:
            runner (Runner): The runner of the training process.
            metrics (dict): The validation's results.
        """
        runner.message_hub.update_info(VALIDATED, runner.iter)
        super().after_val_epoch(runner, metrics)

    def _save_best_checkpoint(self, runner, metrics: dict) -> None:
        """Save the best checkpoint, then remove the one that was best.

        Args:
            runner (Runner): The runner of the training process.
            metrics (dict): The validation's results. When one that decides
                is absent (all labels hidden), nothing is saved.
        """
        if not self.save_best:
            return
        absent = [
            name for name in self.key_indicators
            if name != 'auto' and name not in metrics
        ]
        if absent:
            runner.logger.warning(
                f'no best checkpoint is kept: the validation gave no '
                f'{", ".join(absent)}, only {", ".join(sorted(metrics))}')
            return
        single = len(self.key_indicators) == 1
        before = ({None: self.best_ckpt_path}
                  if single else dict(self.best_ckpt_path_dict))
        noted = {
            key: value
            for key, value in runner.message_hub.runtime_info.items()
            if key.startswith(('best_score', 'best_ckpt'))
        }
        # The parent removes the old file first unless it knows of none.
        if single:
            self.best_ckpt_path = None
        else:
            self.best_ckpt_path_dict = dict.fromkeys(before)
        try:
            super()._save_best_checkpoint(runner, metrics)
        except OSError as error:
            # The parent has noted the new one as the best already.
            if single:
                self.best_ckpt_path = before[None]
            else:
                self.best_ckpt_path_dict = before
            for key, value in noted.items():
                runner.message_hub.update_info(key, value)
            self._endure(runner, 'the best checkpoint', error, last=False)
            return
        for name, old in before.items():
            new = (self.best_ckpt_path
                   if single else self.best_ckpt_path_dict[name])
            if new is None and single:
                self.best_ckpt_path = old
            elif new is None:
                self.best_ckpt_path_dict[name] = old
            elif old and old != new and is_main_process():
                self._remove(old)

    def _remove(self, path: str) -> None:
        # A run resumed from a copied checkpoint knows the best file of the
        # run that wrote it: that one is not ours to delete.
        ours = osp.realpath(osp.dirname(path)) == osp.realpath(self.out_dir)
        if ours and osp.isfile(path):
            os.remove(path)

    def _save_checkpoint_with_step(self, runner, step: int,
                                   meta: dict) -> None:
        """Save, move the pointer, then remove what is one too many.

        Args:
            runner (Runner): The runner of the training process.
            step (int): Epoch or iteration in the file name.
            meta (dict): Epoch and iteration.
        """
        name = self.filename_tmpl.format(step)
        self.last_ckpt = osp.join(self.out_dir, name)
        expired, before = [], list(getattr(self, 'keep_ckpt_ids', ()))
        if self.max_keep_ckpts > 0:
            # Again for the same step when the best score was updated.
            kept = [old for old in self.keep_ckpt_ids if old != step] + [step]
            cut = max(len(kept) - self.max_keep_ckpts, 0)
            expired, kept = kept[:cut], kept[cut:]
            self._keep(runner, kept)
            runner.message_hub.update_info(EXPIRED, expired)
        runner.message_hub.update_info('last_ckpt', self.last_ckpt)
        try:
            runner.save_checkpoint(
                self.out_dir,
                name,
                save_optimizer=self.save_optimizer,
                save_param_scheduler=self.save_param_scheduler,
                meta=meta,
                by_epoch=self.by_epoch,
                **self.args)
        except OSError as error:
            if self.max_keep_ckpts > 0:
                self._keep(runner, before)
            end = runner.max_epochs if self.by_epoch else runner.max_iters
            self._endure(runner, name, error, last=step >= end)
            return
        self._failures = 0
        self.saved_iter = meta.get('iter', -1)
        if not is_main_process():
            return
        with atomic_write(osp.join(runner.work_dir,
                                   'last_checkpoint')) as file:
            file.write(self.last_ckpt)
        for old in expired:
            self._remove(
                osp.join(self.out_dir, self.filename_tmpl.format(old)))
        remove_interrupted(self.out_dir)

    def _keep(self, runner, steps: list) -> None:
        """Note which checkpoints are kept, also in those to come."""
        self.keep_ckpt_ids.clear()
        self.keep_ckpt_ids.extend(steps)
        runner.message_hub.update_info('keep_ckpt_ids', steps)

    def _endure(self, runner, name: str, error: OSError, last: bool) -> None:
        """Warn of a checkpoint that could not be written, or give up."""
        self._failures += 1
        if last or self._failures >= MAX_FAILURES:
            raise error
        runner.logger.error(
            f'{name} could not be written ({error}). The training goes on '
            f'and tries again; after {MAX_FAILURES} failures in a row it '
            'stops. Older checkpoints are as they were')
