# The same, end to end on frames as in the paper: I3D of MMAction2 with a
# temporal stride of 4, and of it the last two maps. ResNet-50 in place of the
# paper's Inception, which MMAction2 lacks.
_base_ = './pointtad-mamba.py'
model = dict(
    data_preprocessor=dict(
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375]),
    backbone=dict(
        type='ClipEncoder',
        stride=4,
        backbone=dict(
            type='GestureResNet3d',
            depth=50,
            conv1_kernel=(5, 7, 7),
            conv1_stride_t=2,
            pool1_stride_t=2,
            with_pool2=False,
            inflate=((1, 1, 1), (1, 0, 1, 0), (1, 0, 1, 0, 1, 0), (0, 1, 0)),
            conv_cfg=dict(type='Conv3d'),
            norm_eval=True,
            zero_init_residual=False,
            out_indices=(2, 3),
            init_cfg=dict(
                type='Pretrained',
                checkpoint='checkpoints/resnet50_in1k.pth'))),
    head=dict(in_channels=1024 + 2048))
