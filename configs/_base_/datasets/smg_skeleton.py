# SMG's Kinect skeletons: 25 joints in metres, whole clip to 64 frames.
_base_ = './smg.py'

train_pipeline = [
    dict(type='LoadKeypoints', layout='kinect-25', dims=3),
    dict(type='NormalizeSkeleton'),
    dict(type='SampleSkeletonFrames', clip_len=64, mode='random'),
    dict(type='STCA'),
    dict(type='SkeletonStream', stream='joint'),
    dict(type='ReorderJoints'),
    dict(type='FormatSkeletonInput'),
    dict(type='PackSkeletonInputs')
]
test_pipeline = [
    dict(type='LoadKeypoints', layout='kinect-25', dims=3),
    dict(type='NormalizeSkeleton'),
    dict(type='SampleSkeletonFrames', clip_len=64),
    dict(type='SkeletonStream', stream='joint'),
    dict(type='ReorderJoints'),
    dict(type='FormatSkeletonInput'),
    dict(type='PackSkeletonInputs')
]

train_dataloader = dict(
    batch_size=64, num_workers=4, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=64, num_workers=4, dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=64, num_workers=4, dataset=dict(pipeline=test_pipeline))
