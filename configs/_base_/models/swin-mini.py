# A Video Swin of two stages and 64 channels, for 8 frames of 56 px, from
# scratch in minutes on a CPU; the clip's mean is subtracted and the patches
# are embedded by convolutions, as in msf-quickstart.py.
model = dict(
    type='MotionRecognizer3D',
    data_preprocessor=dict(
        type='GestureDataPreprocessor',
        mean=[114., 114., 114.],
        std=[57., 57., 57.],
        format_shape='NCTHW',
        subtract_clip_mean=True),
    backbone=dict(
        type='GestureSwin3D',
        arch=dict(embed_dims=64, depths=[2, 2], num_heads=[4, 8]),
        patch_size=(2, 8, 8),
        patch_embed='conv',
        window_size=(4, 7, 7),
        out_indices=(1, ),
        drop_path_rate=0.1),
    cls_head=dict(
        type='I3DHead',
        num_classes=17,
        in_channels=128,
        spatial_type='avg',
        dropout_ratio=0.2,
        average_clips='prob'))
