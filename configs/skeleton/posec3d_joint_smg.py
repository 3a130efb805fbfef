_base_ = [
    '../_base_/models/posec3d.py', '../_base_/datasets/smg_heatmap.py',
    '../_base_/schedules/sgd_posec3d.py', '../_base_/default_runtime.py'
]
model = dict(
    backbone=dict(in_channels=25), cls_head=dict(num_classes=17))
