_base_ = [
    '../_base_/models/swin-s.py', '../_base_/datasets/imigue_32f.py',
    '../_base_/schedules/adamw_swin.py', '../_base_/default_runtime.py'
]
# RGB*: the encoder of swin-s_rgb_ma52.py, and a head of its own, 32 classes.
model = dict(
    backbone=dict(
        init_cfg=dict(
            checkpoint='checkpoints/swin-s_ma52.pth', prefix='backbone.')),
    cls_head=dict(num_classes=32))
