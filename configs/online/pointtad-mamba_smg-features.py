# Over stored features.
_base_ = [
    '../_base_/models/localizers/pointtad-mamba.py',
    '../_base_/datasets/smg_features.py',
    '../_base_/schedules/pointtad_paper.py', '../_base_/online_runtime.py'
]
model = dict(
    head=dict(
        in_channels=_base_.in_channels, num_classes=_base_.num_classes))
train_dataloader = dict(batch_size=1)
