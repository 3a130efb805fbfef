# A small MSF-Mamba+ that learns from scratch in minutes on two CPU cores.
# Ours, not the paper's: the mean over the clip is subtracted and the patch
# embedding is a stack of convolutions, because raw frames of few people are
# not learnt from scratch.
model = dict(
    type='MotionRecognizer3D',
    data_preprocessor=dict(
        type='GestureDataPreprocessor',
        mean=[114., 114., 114.],
        std=[57., 57., 57.],
        format_shape='NCTHW',
        subtract_clip_mean=True),
    backbone=dict(
        type='MSFMamba',
        arch=dict(embed_dims=64, depth=4),
        img_size=56,
        patch_size=8,
        tubelet_size=2,
        num_frames=16,
        patch_embed='conv'),
    necks=[
        dict(type='MCFM', in_channels=64, windows=(3, 5)),
        dict(type='ASWM', in_channels=64, num_scales=2)
    ],
    cls_head=dict(
        type='I3DHead',
        num_classes=17,
        in_channels=64,
        spatial_type='avg',
        dropout_ratio=0.2,
        average_clips='prob'))
