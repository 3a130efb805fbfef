# PoseConv3D (Duan et al. 2022) on heat-maps of 36 joints or limbs, as
# MM-Gesture has it: a SlowOnly-50 of half the width and three stages.
model = dict(
    type='MotionRecognizer3D',
    data_preprocessor=dict(type='ActionDataPreprocessor'),
    backbone=dict(
        type='ResNet3dSlowOnly',
        depth=50,
        pretrained=None,
        in_channels=36,
        base_channels=32,
        num_stages=3,
        out_indices=(2, ),
        stage_blocks=(4, 6, 3),
        conv1_stride_s=1,
        pool1_stride_s=1,
        inflate=(0, 1, 1),
        spatial_strides=(2, 2, 2),
        temporal_strides=(1, 1, 2),
        dilations=(1, 1, 1)),
    cls_head=dict(
        type='I3DHead',
        num_classes=32,
        in_channels=512,
        spatial_type='avg',
        dropout_ratio=0.5,
        average_clips='prob'))
