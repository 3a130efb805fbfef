_base_ = [
    '../_base_/models/mmn.py', '../_base_/datasets/imigue_skeleton.py',
    '../_base_/schedules/mmn_official.py', '../_base_/default_runtime.py'
]
# What the released code does: for its weights, and to compare with.
model = dict(
    backbone=dict(
        in_channels=2, num_points=22, compat='official'),
    cls_head=dict(num_classes=32, label_smooth_eps=0.1))
# Its augmentation has probability 0 for the joints of iMiGUE.
train_pipeline = _base_.train_pipeline
train_pipeline.pop(3)
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
