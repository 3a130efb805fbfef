# SMG, 17 classes: subjects 1-30 train, 31-35 validate, 36-40 test.
dataset_type = 'GestureDataset'
data_root = 'data/smg'

train_pipeline = [
    dict(type='OpenVideo'),
    dict(type='UniformSampleSegment', clip_len=16, jitter=True),
    dict(type='DecodeVideo', short_side=256),
    dict(type='RandomResizedCrop'),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackGestureInputs')
]
test_pipeline = [
    dict(type='OpenVideo'),
    dict(type='UniformSampleSegment', clip_len=16),
    dict(type='DecodeVideo', short_side=256),
    dict(type='Resize', scale=(-1, 256)),
    dict(type='CenterCrop', crop_size=224),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackGestureInputs')
]

train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type=dataset_type,
        ann_file='annotations.jsonl',
        data_root=data_root,
        split='train',
        seed=0,
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type,
        ann_file='annotations.jsonl',
        data_root=data_root,
        split='val',
        test_mode=True,
        pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type,
        ann_file='annotations.jsonl',
        data_root=data_root,
        split='test',
        test_mode=True,
        pipeline=test_pipeline))

val_evaluator = dict(type='GestureMetric')
test_evaluator = dict(type='GestureMetric')
