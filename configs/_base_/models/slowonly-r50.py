# The pictures' stream of PoseConv3D: SlowOnly-50 on 8 frames, iMiGUE's mean
# and deviation.
model = dict(
    type='MotionRecognizer3D',
    data_preprocessor=dict(
        type='GestureDataPreprocessor',
        mean=[66.157, 59.394, 67.089],
        std=[62.470, 57.967, 58.183],
        format_shape='NCTHW'),
    backbone=dict(
        type='ResNet3dSlowOnly',
        depth=50,
        pretrained=None,
        conv1_kernel=(1, 7, 7),
        inflate=(0, 0, 1, 1)),
    cls_head=dict(
        type='I3DHead',
        num_classes=32,
        in_channels=2048,
        spatial_type='avg',
        dropout_ratio=0.5,
        average_clips='prob'))
