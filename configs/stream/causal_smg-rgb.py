_base_ = [
    '../_base_/models/localizers/causal-rgb.py',
    '../_base_/datasets/smg_stream-rgb.py',
    '../_base_/schedules/stream_scratch.py', '../_base_/online_runtime.py'
]
model = dict(
    network=dict(
        num_classes=_base_.num_classes,
        channels=128,
        step_rate=_base_.stream.step_rate,
        encoder=dict(
            size=_base_.stream.crop,
            step_rate=_base_.stream.step_rate,
            channels=(32, 64, 96, 128))))
