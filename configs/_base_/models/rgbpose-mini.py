# RGBPoseConv3D of slowonly-mini.py and posec3d-mini.py.
_base_ = './rgbpose-conv3d.py'
model = dict(
    data_preprocessor=dict(
        preprocessors=dict(
            imgs=dict(
                mean=[114., 114., 114.],
                std=[57., 57., 57.],
                subtract_clip_mean=True))),
    backbone=dict(
        speed_ratio=2,
        rgb_pathway=dict(
            depth=18, base_channels=16, conv1_stride_s=1,
            zero_init_residual=False),
        pose_pathway=dict(
            depth=18,
            stage_blocks=(2, 2, 2),
            in_channels=25,
            base_channels=8,
            zero_init_residual=False)),
    cls_head=dict(num_classes=17, in_channels=[128, 32], dropout=0.2))
