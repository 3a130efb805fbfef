_base_ = [
    '../_base_/models/posec3d-mini.py', '../_base_/datasets/jhmdb_heatmap.py',
    '../_base_/schedules/adamw_jhmdb.py', '../_base_/default_runtime.py'
]
model = dict(
    backbone=dict(in_channels=15, conv1_kernel=(1, 5, 5)),
    cls_head=dict(num_classes=14, dropout_ratio=0.2, label_smooth_eps=0.1))
default_hooks = dict(
    checkpoint=dict(interval=40, save_best=None, max_keep_ckpts=1))
