_base_ = [
    '../_base_/models/localizers/pointtad-mamba-small.py',
    '../_base_/datasets/sfinge3d_features.py',
    '../_base_/schedules/online_scratch_queries.py',
    '../_base_/online_runtime.py'
]
model = dict(
    neck=dict(in_channels=_base_.in_channels),
    head=dict(num_classes=_base_.num_classes))
