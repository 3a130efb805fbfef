# Heat-maps of iMiGUE's 36 joints, as MM-Gesture has them: 48 frames, the
# square round the person at 64 px, of which training sees 56 px; ten clips,
# and their mirror images, in the test.
_base_ = './imigue.py'
layout = 'imigue-36'
load = dict(
    type='LoadKeypoints',
    layout=layout,
    file_layout='openpose-137',
    interpolate='unseen')
draw = dict(type='GestureGeneratePoseTarget', sigma=0.6)

train_pipeline = [
    load,
    dict(type='SampleSkeletonFrames', clip_len=48, mode='jitter'),
    dict(type='SkeletonToCanvas', size=64),
    dict(type='RandomResizedCrop', area_range=(0.56, 1.0)),
    dict(type='Resize', scale=(56, 56), keep_ratio=False),
    dict(type='FlipPose', layout=layout, flip_ratio=0.5), draw,
    dict(type='FormatShape', input_format='NCTHW_Heatmap'),
    dict(type='PackGestureInputs')
]
val_pipeline = [
    load,
    dict(type='SampleSkeletonFrames', clip_len=48, mode='uniform'),
    dict(type='SkeletonToCanvas', size=64), draw,
    dict(type='FormatShape', input_format='NCTHW_Heatmap'),
    dict(type='PackGestureInputs')
]
test_pipeline = [
    load,
    dict(
        type='SampleSkeletonFrames', clip_len=48, mode='uniform',
        num_clips=10),
    dict(type='SkeletonToCanvas', size=64),
    dict(draw, double=True),
    dict(type='FormatShape', input_format='NCTHW_Heatmap'),
    dict(type='PackGestureInputs')
]

train_dataloader = dict(
    batch_size=32, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(batch_size=32, dataset=dict(pipeline=val_pipeline))
test_dataloader = dict(batch_size=1, dataset=dict(pipeline=test_pipeline))
