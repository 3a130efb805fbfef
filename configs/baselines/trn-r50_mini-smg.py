_base_ = [
    '../_base_/models/trn-r50.py', '../_base_/datasets/mini-smg_224px.py',
    '../_base_/schedules/adamw_scratch_large.py',
    '../_base_/default_runtime.py'
]
# From scratch, hence the clip mean, and norms that learn.
model = dict(
    data_preprocessor=dict(subtract_clip_mean=True),
    backbone=dict(partial_bn=False, init_cfg=None))
