_base_ = [
    '../_base_/models/localizers/causal.py',
    '../_base_/datasets/sfinge3d_stream.py',
    '../_base_/schedules/stream_scratch.py', '../_base_/online_runtime.py'
]
model = dict(
    network=dict(
        num_classes=_base_.num_classes,
        in_channels=_base_.in_channels,
        step_rate=_base_.stream.step_rate))
