# PoseConv3D with a ResNet-18 of 8 channels, for 25 joints of mini-SMG.
_base_ = './posec3d.py'
model = dict(
    backbone=dict(
        depth=18,
        in_channels=25,
        base_channels=8,
        stage_blocks=(2, 2, 2),
        zero_init_residual=False,
        temporal_strides=(1, 1, 1)),
    cls_head=dict(num_classes=17, in_channels=32, dropout_ratio=0.2))
