"""The runner: MMEngine's, with the repairs that training here needs."""
import logging
from collections import Counter
from typing import Dict, List, Optional, Union

import torch
from mmengine.logging import MMLogger
from mmengine.optim import OptimWrapper
from mmengine.runner import BaseLoop
from torch import nn
from torch.utils.data import DataLoader

from mmgesture.registry import RUNNERS
from .distributed import init_process_group
from .interrupt import StopRequest, listening
from .loader import SteadyLoader
from .lost_process import watching_processes
from .runner_checkpoints import CheckpointRunner

__all__ = ['GestureRunner']

#: Hooks that every run gets unless its config names them itself.
OWN_HOOKS = ('DatasetEpochHook', 'StepSeedHook', 'RankMeanLossHook',
             'NonFiniteGuardHook', 'BadMediaHook', 'RunRecordHook',
             'HeartbeatHook', 'InterruptHook')

#: MMEngine's training loops, and ours that take their places.
OWN_LOOPS = dict(
    EpochBasedTrainLoop='ResumableEpochLoop',
    IterBasedTrainLoop='ResumableIterLoop')


def _concerns_us(record: logging.LogRecord) -> bool:
    """Whether a line belongs in the log of a run.

    MMEngine's hooks make a FileClient each, and each complains that FileClient
    is deprecated.
    """
    return not record.getMessage().startswith('"FileClient" will be deprec')


@RUNNERS.register_module()
class GestureRunner(CheckpointRunner):
    """MMEngine's runner with safe checkpoints and a safe optimizer step.

    Differences, all without a word in the config:

    - checkpoints are safe to read and must fit, see
      :class:`~mmgesture.engine.runner_checkpoints.CheckpointRunner`;
    - ``OptimWrapper`` becomes ``GuardedOptimWrapper``, ``CheckpointHook``
      becomes ``SafeCheckpointHook``, and the hooks in ``OWN_HOOKS`` are
      added;
    - parameters with equal settings share a group of the optimizer, and
      accumulated batches count when the learning rate is scaled;
    - distributed runs work on CPU through gloo;
    - loaders are :class:`~mmgesture.engine.loader.SteadyLoader`, training
      loops can start within an epoch, and SIGTERM and SIGUSR1 end the
      training with a checkpoint and
      :class:`~mmgesture.engine.interrupt.RunInterrupted`;
    - a lost process ends a distributed run after
      ``env_cfg.heartbeat_timeout`` seconds, see
      :func:`~mmgesture.engine.lost_process.watching_processes`;
    - two runs of one process share no logger and no message hub, even if
      they start in the same second.

    Arguments are those of :class:`mmengine.runner.Runner`.
    """

    #: How many runs of this process began in which second.
    _starts: Counter = Counter()

    stop_request = StopRequest()

    heartbeat = None

    def setup_env(self, env_cfg: Dict) -> None:
        """Set up the environment; the process group first.

        Args:
            env_cfg (dict): As for MMEngine's runner.
        """
        init_process_group(self._launcher, env_cfg.get('dist_cfg'))
        super().setup_env(env_cfg)
        self._watch = dict(
            timeout=env_cfg.get('heartbeat_timeout'),
            patience=(env_cfg.get('dist_cfg') or {}).get('timeout'))
        # MMEngine finds loggers and message hubs (with the best score so
        # far) by a name that ends in the time. The time is process 0's.
        self._starts[self._timestamp] += 1
        number = self._starts[self._timestamp]
        if number > 1:
            self._timestamp += f'_{number}'

    def build_logger(self,
                     log_level: Union[int, str] = 'INFO',
                     log_file: Optional[str] = None,
                     **kwargs) -> MMLogger:
        """Build the logger.

        Args:
            log_level (int | str): Defaults to 'INFO'.
            log_file (str, optional): Defaults to None: in the work
                directory, named by the time.
            **kwargs: Passed on to ``MMLogger``.

        Returns:
            MMLogger: The logger, without MMEngine's notes to itself.
        """
        logger = super().build_logger(log_level, log_file, **kwargs)
        logger.addFilter(_concerns_us)
        return logger

    def train(self) -> nn.Module:
        """Train.

        Returns:
            nn.Module: The trained model.

        Raises:
            RunInterrupted: If SIGTERM or SIGUSR1 came; the run is saved.
            LostProcessError: If another process of the run is lost.
        """
        with listening() as self.stop_request, watching_processes(
                **self._watch) as self.heartbeat:
            return super().train()

    def test(self) -> Dict[str, float]:
        """Test.

        Returns:
            dict[str, float]: The metrics.

        Raises:
            LostProcessError: If another process of the run is lost.
        """
        with watching_processes(**self._watch) as self.heartbeat:
            return super().test()

    @staticmethod
    def build_dataloader(dataloader: Union[DataLoader, Dict],
                         seed: Optional[int] = None,
                         diff_rank_seed: bool = False) -> DataLoader:
        """Build a loader that outlives its workers.

        Args:
            dataloader (DataLoader | dict): A loader or its config; beside
                the keys of MMEngine ``sample_timeout``, seconds that one
                sample may take.
            seed (int, optional): Seed. Defaults to None.
            diff_rank_seed (bool): Whether processes differ in their seed.
                Defaults to False.

        Returns:
            DataLoader: The loader.
        """
        timeout = None
        if isinstance(dataloader, dict):
            dataloader = dict(dataloader)
            timeout = dataloader.pop('sample_timeout', None)
        loader = CheckpointRunner.build_dataloader(dataloader, seed,
                                                   diff_rank_seed)
        return SteadyLoader.adopt(loader, timeout)

    def build_train_loop(self, loop: Union[BaseLoop, Dict]) -> BaseLoop:
        """Build the training loop with its loader.

        Args:
            loop (BaseLoop | dict): A loop or its config.

        Returns:
            BaseLoop: The loop.

        Raises:
            ValueError: If the training set does not fill a single batch.
        """
        if isinstance(loop, dict):
            # Without a type MMEngine chooses by 'by_epoch'.
            kind = loop.get('type') or (
                'EpochBasedTrainLoop'
                if loop.get('by_epoch', True) else 'IterBasedTrainLoop')
            loop = dict(loop, type=OWN_LOOPS.get(kind, kind))
            loop.pop('by_epoch', None)
        loop = super().build_train_loop(loop)
        loader = loop.dataloader
        if not len(loader):
            raise ValueError(
                f'the training set has {len(loader.dataset)} samples, which '
                f'do not fill one batch (batch_size={loader.batch_size}, '
                f'drop_last={loader.drop_last}): lower '
                'train_dataloader.batch_size, or set '
                'train_dataloader.drop_last=False')
        return loop

    def wrap_model(self, model_wrapper_cfg: Optional[Dict],
                   model: nn.Module) -> nn.Module:
        """Wrap the model for distributed training, also on CPU.

        Args:
            model_wrapper_cfg (dict, optional): Config of the wrapper.
            model (nn.Module): The model.

        Returns:
            nn.Module: The wrapped model.
        """
        if self.distributed and not torch.cuda.is_available():
            defaults = dict(
                type='MMDistributedDataParallel',
                broadcast_buffers=False,
                find_unused_parameters=self.cfg.get('find_unused_parameters',
                                                    False))
            # DDP refuses device ids for modules on the CPU.
            model_wrapper_cfg = dict(
                defaults, **(model_wrapper_cfg or {}), device_ids=None)
        return super().wrap_model(model_wrapper_cfg, model)

    def build_optim_wrapper(self, optim_wrapper):
        """Build the optimizer wrapper, guarded if it is the plain one.

        Args:
            optim_wrapper (OptimWrapper | dict): A wrapper or its config.

        Returns:
            OptimWrapper: The wrapper.
        """
        if isinstance(optim_wrapper, dict) and isinstance(
                optim_wrapper.get('optimizer'), dict):
            optim_wrapper = dict(optim_wrapper)
            optim_wrapper.setdefault('constructor',
                                     'GroupedOptimWrapperConstructor')
            if optim_wrapper.get('type') in (None, 'OptimWrapper'):
                optim_wrapper['type'] = 'GuardedOptimWrapper'
        return super().build_optim_wrapper(optim_wrapper)

    def scale_lr(self,
                 optim_wrapper: OptimWrapper,
                 auto_scale_lr: Optional[Dict] = None) -> None:
        """Scale the learning rate by the clips that share a step.

        MMEngine counts processes and batch size, but not the batches that
        are accumulated.

        Args:
            optim_wrapper (OptimWrapper): The wrapper, changed in place.
            auto_scale_lr (dict, optional): ``enable`` and
                ``base_batch_size``. Defaults to None.
        """
        super().scale_lr(optim_wrapper, auto_scale_lr)
        count = getattr(optim_wrapper, '_accumulative_counts', 1)
        if count > 1 and auto_scale_lr and auto_scale_lr.get('enable'):
            for group in optim_wrapper.param_groups:
                group['lr'] *= count
            self.logger.info(f'LR is scaled by {count} more, the batches '
                             'that share a step.')

    def register_hooks(self,
                       default_hooks: Optional[Dict] = None,
                       custom_hooks: Optional[List] = None) -> None:
        """Register the hooks of the config and our own.

        Args:
            default_hooks (dict, optional): Defaults to None.
            custom_hooks (list, optional): Defaults to None.
        """
        default_hooks = dict(default_hooks or {})
        hook = default_hooks.get('checkpoint',
                                 dict(type='CheckpointHook', interval=1))
        if isinstance(hook, dict) and hook.get('type') == 'CheckpointHook':
            default_hooks['checkpoint'] = dict(hook, type='SafeCheckpointHook')
        super().register_hooks(default_hooks, custom_hooks)
        present = {type(hook).__name__ for hook in self.hooks}
        for name in OWN_HOOKS:
            if name not in present:
                self.register_hook(dict(type=name))

    def get_hooks_info(self) -> str:
        """Return the hooks' names in order, not MMEngine's hundred lines."""
        return ', '.join(type(hook).__name__ for hook in self.hooks)
