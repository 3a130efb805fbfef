_base_ = [
    '../_base_/models/mmn.py', '../_base_/datasets/ma52_skeleton.py',
    '../_base_/schedules/mmn_official.py', '../_base_/default_runtime.py'
]
# What the released code does: for its weights, and to compare with.
model = dict(
    backbone=dict(
        in_channels=2, num_points=44, compat='official'),
    cls_head=dict(num_classes=52, label_smooth_eps=0.1))
train_pipeline = _base_.train_pipeline
train_pipeline[3:4] = [
    dict(type='MaskAxis', prob=0.2),
    dict(type='DropFrameBlock', prob=0.2)
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
