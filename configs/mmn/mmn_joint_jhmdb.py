_base_ = [
    '../_base_/models/mmn.py', '../_base_/datasets/jhmdb_skeleton.py',
    '../_base_/schedules/adamw_jhmdb.py', '../_base_/default_runtime.py'
]
# Half as wide, three scales of two blocks: for 433 clips.
model = dict(
    backbone=dict(
        in_channels=2,
        num_points=15,
        num_frames=16,
        embed_dims=48,
        depths=(2, 2, 2),
        drop_path_rate=0.),
    cls_head=dict(
        num_classes=14, in_channels=48, dropout=0.2, label_smooth_eps=0.1))
default_hooks = dict(
    checkpoint=dict(interval=40, save_best=None, max_keep_ckpts=1))
