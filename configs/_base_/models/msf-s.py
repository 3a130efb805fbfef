# MSF-Mamba-S: MCFM at window 3.
model = dict(
    type='MotionRecognizer3D',
    data_preprocessor=dict(
        type='GestureDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCTHW'),
    backbone=dict(
        type='MSFMamba',
        arch='small',
        img_size=224,
        num_frames=16,
        drop_path_rate=0.1,
        init_cfg=dict(
            type='Pretrained',
            checkpoint='checkpoints/msf-s_in1k.pth',
            prefix='backbone.')),
    necks=[
        dict(
            type='MCFM',
            in_channels=384,
            windows=(3, ),
            motion_kernel='independent'),
        dict(type='ScaleMean')
    ],
    cls_head=dict(
        type='I3DHead',
        num_classes=17,
        in_channels=384,
        spatial_type='avg',
        dropout_ratio=0.5,
        average_clips='prob'))
