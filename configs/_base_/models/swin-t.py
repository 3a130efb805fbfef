# Video Swin-T.
model = dict(
    type='MotionRecognizer3D',
    data_preprocessor=dict(
        type='GestureDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCTHW'),
    backbone=dict(
        type='GestureSwin3D',
        arch='tiny',
        patch_size=(2, 4, 4),
        window_size=(8, 7, 7),
        drop_path_rate=0.1,
        init_cfg=dict(
            type='Pretrained', checkpoint='checkpoints/swin-t_in1k.pth')),
    cls_head=dict(
        type='I3DHead',
        num_classes=17,
        in_channels=768,
        spatial_type='avg',
        dropout_ratio=0.5,
        average_clips='prob'))
