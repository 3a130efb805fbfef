_base_ = [
    '../_base_/models/stgcnpp.py', '../_base_/datasets/jhmdb_graph.py',
    '../_base_/schedules/adamw_jhmdb.py', '../_base_/default_runtime.py'
]
# Narrow, for 433 clips.
model = dict(
    backbone=dict(layout='jhmdb-15', base_channels=24),
    cls_head=dict(
        num_classes=14, in_channels=96, dropout=0.2, label_smooth_eps=0.1))
default_hooks = dict(
    checkpoint=dict(interval=40, save_best=None, max_keep_ckpts=1))
