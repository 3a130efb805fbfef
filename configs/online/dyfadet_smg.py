_base_ = [
    '../_base_/models/localizers/dyfadet.py',
    '../_base_/datasets/smg_features.py',
    '../_base_/schedules/dyfadet_paper.py', '../_base_/online_runtime.py'
]
model = dict(
    neck=dict(in_channels=_base_.in_channels),
    head=dict(num_classes=_base_.num_classes))
train_dataloader = dict(batch_size=128)
