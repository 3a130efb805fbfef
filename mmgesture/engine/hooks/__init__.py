"""Hooks of mmgesture."""
from .bad_media_hook import BadMediaHook
from .epoch_hook import DatasetEpochHook
from .heartbeat_hook import HeartbeatHook
from .interrupt_hook import InterruptHook
from .non_finite_guard_hook import NonFiniteGuardHook
from .rank_mean_loss_hook import RankMeanLossHook
from .run_record_hook import RunRecordHook
from .safe_checkpoint_hook import SafeCheckpointHook
from .step_seed_hook import StepSeedHook

__all__ = [
    'BadMediaHook', 'DatasetEpochHook', 'HeartbeatHook', 'InterruptHook',
    'NonFiniteGuardHook', 'RankMeanLossHook', 'RunRecordHook',
    'SafeCheckpointHook', 'StepSeedHook'
]
