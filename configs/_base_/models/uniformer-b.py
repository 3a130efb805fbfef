# UniFormer (V1) B: the "UniformerV2" of Table VI, as its size says.
model = dict(
    type='MotionRecognizer3D',
    data_preprocessor=dict(
        type='GestureDataPreprocessor',
        mean=[114.75, 114.75, 114.75],
        std=[57.375, 57.375, 57.375],
        format_shape='NCTHW'),
    backbone=dict(
        type='GestureUniFormer',
        depth=[5, 8, 20, 7],
        embed_dim=[64, 128, 320, 512],
        head_dim=64,
        drop_path_rate=0.3,
        init_cfg=dict(
            type='Pretrained', checkpoint='checkpoints/uniformer-b_in1k.pth')),
    cls_head=dict(
        type='I3DHead',
        num_classes=17,
        in_channels=512,
        spatial_type='avg',
        dropout_ratio=0.,
        average_clips='prob'))
