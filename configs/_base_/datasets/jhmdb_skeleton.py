# J-HMDB's 15 joints, split 1 of 3 (the others: ann_file). There is no
# validation part: the last checkpoint is tested, once. Proportions are kept,
# and actions do not tell left from right.
_base_ = './smg_skeleton.py'
data_root = 'data/jhmdb'
ann_file = 'annotations_split1.jsonl'

train_pipeline = [
    dict(type='LoadKeypoints', layout='jhmdb-15'),
    dict(type='NormalizeSkeleton', keep_ratio=True),
    dict(type='SampleSkeletonFrames', clip_len=16, mode='random'),
    dict(type='MirrorSkeleton'),
    dict(type='STCA'),
    dict(type='SkeletonStream', stream='joint'),
    dict(type='ReorderJoints'),
    dict(type='FormatSkeletonInput'),
    dict(type='PackSkeletonInputs')
]
test_pipeline = [
    dict(type='LoadKeypoints', layout='jhmdb-15'),
    dict(type='NormalizeSkeleton', keep_ratio=True),
    dict(type='SampleSkeletonFrames', clip_len=16),
    dict(type='SkeletonStream', stream='joint'),
    dict(type='ReorderJoints'),
    dict(type='FormatSkeletonInput'),
    dict(type='PackSkeletonInputs')
]

data = dict(data_root=data_root, ann_file=ann_file)
train_dataloader = dict(
    batch_size=16, num_workers=0, persistent_workers=False,
    dataset=dict(data, pipeline=train_pipeline))
val_dataloader = dict(
    num_workers=0, persistent_workers=False,
    dataset=dict(data, split='test', pipeline=test_pipeline))
test_dataloader = dict(
    num_workers=0, persistent_workers=False,
    dataset=dict(data, pipeline=test_pipeline))
