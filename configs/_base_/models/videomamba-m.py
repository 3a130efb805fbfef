_base_ = './videomamba-s.py'
model = dict(
    backbone=dict(
        arch='middle',
        drop_path_rate=0.2,
        init_cfg=dict(checkpoint='checkpoints/videomamba-m_in1k.pth')),
    cls_head=dict(in_channels=576))
