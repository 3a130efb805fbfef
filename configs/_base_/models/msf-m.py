# MSF-Mamba-M: MCFM at window 3.
_base_ = './msf-s.py'
model = dict(
    backbone=dict(
        arch='middle',
        drop_path_rate=0.2,
        init_cfg=dict(checkpoint='checkpoints/msf-m_in1k.pth')),
    necks=[
        dict(
            type='MCFM',
            in_channels=576,
            windows=(3, ),
            motion_kernel='independent'),
        dict(type='ScaleMean')
    ],
    cls_head=dict(in_channels=576))
