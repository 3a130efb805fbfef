# mini-SMG, untrimmed, for streams: frames of 64 px, 10 a second; windows of
# 128 steps are 13 seconds, those of a test whole videos.
_base_ = './smg_frames.py'
data_root = 'data/mini_smg'
window_size = 128

train_pipeline = [
    dict(type='OpenVideo'),
    dict(type='SampleWindowFrames'),
    dict(type='DecodeVideo', short_side=72),
    dict(type='CenterCrop', crop_size=72),
    dict(
        type='RandomResizedCrop',
        area_range=(0.72, 1.0),
        aspect_ratio_range=(0.95, 1.05)),
    dict(type='Resize', scale=(64, 64), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackWindowInputs')
]
test_pipeline = [
    dict(type='OpenVideo'),
    dict(type='SampleWindowFrames'),
    dict(type='DecodeVideo', short_side=64),
    dict(type='CenterCrop', crop_size=64),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackWindowInputs')
]

train_dataloader = dict(
    batch_size=8,
    num_workers=1,
    dataset=dict(
        data_root=data_root,
        window_size=window_size,
        overlap=0,
        jitter=0.5,
        min_inside=0.01,
        background_ratio=None,
        pipeline=train_pipeline))
val_dataloader = dict(
    num_workers=1,
    dataset=dict(
        data_root=data_root, window_size=8192, pipeline=test_pipeline))
test_dataloader = dict(
    num_workers=1,
    dataset=dict(
        data_root=data_root, window_size=8192, pipeline=test_pipeline))

# a step shows the frame at its middle, see SampleWindowFrames
stream = dict(
    type='frames', short_side=64, crop=(64, 64), step_rate=10, phase=0.5)
