# TSN, ResNet-50: frames by themselves, their features averaged.
# resnet50_in1k.pth is torchvision's ImageNet file as it is
# (https://download.pytorch.org/models/resnet50-0676ba61.pth), renamed.
model = dict(
    type='Recognizer2D',
    data_preprocessor=dict(
        type='GestureDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCTHW',
        frames_as_segments=True),
    backbone=dict(
        type='GestureResNet',
        depth=50,
        init_cfg=dict(
            type='Pretrained', checkpoint='checkpoints/resnet50_in1k.pth')),
    cls_head=dict(
        type='TSNHead',
        num_classes=17,
        in_channels=2048,
        spatial_type='avg',
        consensus=dict(type='AvgConsensus', dim=1),
        dropout_ratio=0.4,
        init_std=0.01,
        average_clips='prob'))
