# mini-SMG, drawn by tools/data/mini_smg/generate.py, at 112 px.
_base_ = './smg.py'
data_root = 'data/mini_smg'

train_pipeline = [
    dict(type='OpenVideo'),
    dict(type='UniformSampleSegment', clip_len=16, jitter=True),
    dict(type='DecodeVideo', short_side=128),
    dict(type='CenterCrop', crop_size=128),
    dict(
        type='RandomResizedCrop',
        area_range=(0.72, 1.0),
        aspect_ratio_range=(0.95, 1.05)),
    dict(type='Resize', scale=(112, 112), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackGestureInputs')
]
test_pipeline = [
    dict(type='OpenVideo'),
    dict(type='UniformSampleSegment', clip_len=16),
    dict(type='DecodeVideo', short_side=128),
    dict(type='CenterCrop', crop_size=128),
    dict(type='Resize', scale=(112, 112), keep_ratio=False),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackGestureInputs')
]

train_dataloader = dict(
    batch_size=16,
    num_workers=2,
    sampler=dict(_delete_=True, type='ClassBalancedSampler', power=0.5),
    dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=16,
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=16,
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=test_pipeline))
