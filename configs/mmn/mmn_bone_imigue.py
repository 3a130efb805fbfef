_base_ = [
    '../_base_/models/mmn.py', '../_base_/datasets/imigue_skeleton.py',
    '../_base_/schedules/mmn_paper.py', '../_base_/default_runtime.py'
]
model = dict(
    backbone=dict(in_channels=2, num_points=22),
    cls_head=dict(num_classes=32))
train_pipeline = _base_.train_pipeline
train_pipeline[4].update(stream='bone')
test_pipeline = _base_.test_pipeline
test_pipeline[3].update(stream='bone')
train_dataloader = dict(
    batch_size=256, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
