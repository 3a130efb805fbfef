# The pictures' stream of PoseConv3D with a ResNet-18 of 16 channels, without
# the stride of its first layer; the clip's mean is subtracted.
_base_ = './slowonly-r50.py'
model = dict(
    data_preprocessor=dict(
        mean=[114., 114., 114.],
        std=[57., 57., 57.],
        subtract_clip_mean=True),
    backbone=dict(
        depth=18, base_channels=16, conv1_stride_s=1,
        zero_init_residual=False),
    cls_head=dict(num_classes=17, in_channels=128, dropout_ratio=0.2))
