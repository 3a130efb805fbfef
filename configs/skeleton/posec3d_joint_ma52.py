_base_ = [
    '../_base_/models/posec3d.py', '../_base_/datasets/ma52_heatmap.py',
    '../_base_/schedules/sgd_posec3d.py', '../_base_/default_runtime.py'
]
model = dict(
    backbone=dict(in_channels=44), cls_head=dict(num_classes=52))
