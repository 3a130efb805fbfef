_base_ = [
    '../_base_/models/videomamba-t.py', '../_base_/datasets/mini-smg.py',
    '../_base_/schedules/adamw_scratch.py', '../_base_/default_runtime.py'
]
# From scratch, with the same two options as msf-t-plus_mini-smg.py.
model = dict(
    data_preprocessor=dict(subtract_clip_mean=True),
    backbone=dict(img_size=112, patch_embed='conv', init_cfg=None))
