# TRN, multi-scale, ResNet-50 with all norms but the first frozen.
# num_segments is the clip_len of the pipeline.
_base_ = './tsn-r50.py'
model = dict(
    backbone=dict(partial_bn=True),
    cls_head=dict(
        _delete_=True,
        type='MultiScaleTRNHead',
        num_classes=17,
        in_channels=2048,
        num_segments=16,
        hidden_dim=256,
        dropout_ratio=0.8,
        init_std=0.001,
        average_clips='prob'))
