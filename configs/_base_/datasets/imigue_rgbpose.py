# iMiGUE's pictures and the heat-maps of its 36 joints, as MM-Gesture has
# them: 8 pictures of 224 px (256 in the test, as MMAction2 has it), cut round
# the person, and 32 heat-maps of a quarter of that; ten clips in the test.
_base_ = './imigue.py'
layout = 'imigue-36'
load = dict(
    type='LoadKeypoints',
    layout=layout,
    file_layout='openpose-137',
    interpolate='unseen')
crop = [
    dict(type='DecodeRGBPose'),
    dict(type='MMCompact', hw_ratio=1., allow_imgpad=True)
]
draw = dict(type='GestureGeneratePoseTarget', sigma=0.7, scaling=0.25)
last = [
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackRGBPoseInputs')
]

train_pipeline = [
    load,
    dict(type='SampleRGBPoseFrames', rgb_len=8, pose_len=32, jitter=True),
    *crop,
    dict(type='Resize', scale=(256, 256), keep_ratio=False),
    dict(type='RandomResizedCrop', area_range=(0.56, 1.0)),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='FlipPose', layout=layout, flip_ratio=0.5), draw, *last
]
val_pipeline = [
    load,
    dict(type='SampleRGBPoseFrames', rgb_len=8, pose_len=32), *crop,
    dict(type='Resize', scale=(256, 256), keep_ratio=False), draw, *last
]
test_pipeline = [
    load,
    dict(type='SampleRGBPoseFrames', rgb_len=8, pose_len=32, num_clips=10),
    *crop,
    dict(type='Resize', scale=(256, 256), keep_ratio=False), draw, *last
]

train_dataloader = dict(batch_size=6, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(batch_size=6, dataset=dict(pipeline=val_pipeline))
test_dataloader = dict(batch_size=1, dataset=dict(pipeline=test_pipeline))
