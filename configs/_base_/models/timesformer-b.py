# TimeSformer-B/16, joint space-time attention, as its size in Table VI says.
model = dict(
    type='MotionRecognizer3D',
    data_preprocessor=dict(
        type='GestureDataPreprocessor',
        mean=[127.5, 127.5, 127.5],
        std=[127.5, 127.5, 127.5],
        format_shape='NCTHW'),
    backbone=dict(
        type='GestureTimeSformer',
        num_frames=16,
        img_size=224,
        patch_size=16,
        embed_dims=768,
        num_heads=12,
        num_transformer_layers=12,
        attention_type='joint_space_time',
        init_cfg=dict(
            type='Pretrained', checkpoint='checkpoints/vit-b16_in21k.pth')),
    cls_head=dict(
        type='TimeSformerHead',
        num_classes=17,
        in_channels=768,
        average_clips='prob'))
