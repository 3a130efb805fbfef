# mini-SMG's pictures, cut round the person, at 56 px, and the heat-maps of its
# 25 joints at 28 px: 8 and 16 frames, minutes on a CPU.
_base_ = './mini-smg.py'
layout = 'kinect-25'
load = dict(type='LoadKeypoints', layout=layout)
crop = [
    dict(type='DecodeRGBPose'),
    dict(type='MMCompact', hw_ratio=1., allow_imgpad=True)
]
draw = dict(type='GestureGeneratePoseTarget', sigma=0.6, scaling=0.5)
last = [
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackRGBPoseInputs')
]

train_pipeline = [
    load,
    dict(type='SampleRGBPoseFrames', rgb_len=8, pose_len=16, jitter=True),
    *crop,
    dict(type='Resize', scale=(64, 64), keep_ratio=False),
    dict(
        type='RandomResizedCrop',
        area_range=(0.72, 1.0),
        aspect_ratio_range=(0.95, 1.05)),
    dict(type='Resize', scale=(56, 56), keep_ratio=False),
    dict(type='FlipPose', layout=layout, flip_ratio=0.5), draw, *last
]
test_pipeline = [
    load,
    dict(type='SampleRGBPoseFrames', rgb_len=8, pose_len=16), *crop,
    dict(type='Resize', scale=(56, 56), keep_ratio=False), draw, *last
]

train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
