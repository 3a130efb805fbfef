# C3D at its native 112 px: fc6 is made for it. The pipeline stays at 224 px,
# the preprocessor halves it.
model = dict(
    type='MotionRecognizer3D',
    data_preprocessor=dict(
        type='GestureDataPreprocessor',
        mean=[104, 117, 128],
        std=[1, 1, 1],
        format_shape='NCTHW',
        input_size=112),
    backbone=dict(
        type='GestureC3D',
        out_dim=8192,
        dropout_ratio=0.5,
        init_std=0.005,
        init_cfg=dict(
            type='Pretrained', checkpoint='checkpoints/c3d_sports1m.pth')),
    cls_head=dict(
        type='I3DHead',
        num_classes=17,
        in_channels=4096,
        spatial_type=None,
        dropout_ratio=0.5,
        init_std=0.01,
        average_clips='prob'))
