_base_ = './videomamba-s.py'
model = dict(
    backbone=dict(
        arch='tiny',
        init_cfg=dict(checkpoint='checkpoints/videomamba-t_in1k.pth')),
    cls_head=dict(in_channels=192))
