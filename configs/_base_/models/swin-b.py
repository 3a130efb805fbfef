# Video Swin-B.
_base_ = './swin-t.py'
model = dict(
    backbone=dict(
        arch='base',
        drop_path_rate=0.3,
        init_cfg=dict(checkpoint='checkpoints/swin-b_in1k.pth')),
    cls_head=dict(in_channels=1024))
