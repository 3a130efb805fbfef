"""Training and testing: runner, checkpoints, optimizer step, hooks.

Importing it makes :func:`~mmgesture.engine.checkpoint.load_local` the way
in which MMEngine reads checkpoints.
"""
from .checkpoint import (CheckpointError, CheckpointMismatchError,
                         CorruptCheckpointError, UntrustedCheckpointError,
                         load_local, read_meta, register_loaders,
                         save_checkpoint, trusting_checkpoints)
from .checkpoint_meta import check_classes, preprocessing_of
from .distributed import init_process_group, mean_over_ranks
from .file_handlers import register_file_handlers
from .hooks import *  # noqa: F401,F403
from .hooks import __all__ as _hooks
from .interrupt import EXIT_CODE, RunInterrupted
from .loader import SteadyLoader, WorkersLostError
from .loops import ResumableEpochLoop, ResumableIterLoop
from .lost_process import LostProcessError
from .optim_constructor import GroupedOptimWrapperConstructor
from .optim_wrapper import GuardedOptimWrapper, NonFiniteError
from .resume import find_resumable
from .runner import GestureRunner
from .sharded_runner import ShardedRunner

register_loaders()
register_file_handlers()

__all__ = [
    'CheckpointError', 'CheckpointMismatchError', 'CorruptCheckpointError',
    'EXIT_CODE', 'GestureRunner', 'GroupedOptimWrapperConstructor',
    'GuardedOptimWrapper', 'LostProcessError', 'NonFiniteError',
    'ResumableEpochLoop', 'ResumableIterLoop', 'RunInterrupted',
    'ShardedRunner', 'SteadyLoader', 'UntrustedCheckpointError',
    'WorkersLostError', 'check_classes', 'find_resumable',
    'init_process_group', 'load_local', 'mean_over_ranks',
    'preprocessing_of', 'read_meta', 'register_loaders', 'save_checkpoint',
    'trusting_checkpoints'
] + _hooks
