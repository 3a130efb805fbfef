# MSF-Mamba-T: MCFM at window 3.
_base_ = './msf-s.py'
model = dict(
    backbone=dict(
        arch='tiny',
        init_cfg=dict(checkpoint='checkpoints/msf-t_in1k.pth')),
    necks=[
        dict(
            type='MCFM',
            in_channels=192,
            windows=(3, ),
            motion_kernel='independent'),
        dict(type='ScaleMean')
    ],
    cls_head=dict(in_channels=192))
