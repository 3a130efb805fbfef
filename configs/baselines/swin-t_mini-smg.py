_base_ = [
    '../_base_/models/swin-t.py', '../_base_/datasets/mini-smg_224px.py',
    '../_base_/schedules/adamw_scratch_large.py',
    '../_base_/default_runtime.py'
]
# From scratch, hence the clip mean.
model = dict(
    data_preprocessor=dict(subtract_clip_mean=True),
    backbone=dict(init_cfg=None))
