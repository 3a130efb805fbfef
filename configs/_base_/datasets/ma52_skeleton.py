# MA-52's skeletons: MMN's 44 joints of AlphaPose.
_base_ = './smg_skeleton.py'
data_root = 'data/ma52'

train_pipeline = [
    dict(type='LoadKeypoints', layout='ma52-44'),
    dict(type='NormalizeSkeleton'),
    dict(type='SampleSkeletonFrames', clip_len=64, mode='random'),
    dict(type='STCA'),
    dict(type='SkeletonStream', stream='joint'),
    dict(type='ReorderJoints'),
    dict(type='FormatSkeletonInput'),
    dict(type='PackSkeletonInputs')
]
test_pipeline = [
    dict(type='LoadKeypoints', layout='ma52-44'),
    dict(type='NormalizeSkeleton'),
    dict(type='SampleSkeletonFrames', clip_len=64),
    dict(type='SkeletonStream', stream='joint'),
    dict(type='ReorderJoints'),
    dict(type='FormatSkeletonInput'),
    dict(type='PackSkeletonInputs')
]

train_dataloader = dict(
    dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(
    dataset=dict(data_root=data_root, pipeline=test_pipeline))
test_dataloader = dict(
    dataset=dict(data_root=data_root, pipeline=test_pipeline))
