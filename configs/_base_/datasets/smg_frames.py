# SMG, untrimmed, end to end on frames as in paper 004: 10 frames per second,
# 192 px; windows of 512 frames are 51 seconds (128 steps of an encoder with
# stride 4), overlap 0.75 in training. The paper does without overlap in the
# test, which cuts gestures at borders: here 0.5.
dataset_type = 'UntrimmedDataset'
data_root = 'data/smg'
ann_file = 'annotations.jsonl'
num_classes = 17
window_size = 512
frames = dict(fps=10)

train_pipeline = [
    dict(type='OpenVideo'),
    dict(type='SampleWindowFrames'),
    dict(type='DecodeVideo', short_side=256),
    dict(type='RandomCrop', size=192),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackWindowInputs')
]
test_pipeline = [
    dict(type='OpenVideo'),
    dict(type='SampleWindowFrames'),
    dict(type='DecodeVideo', short_side=192),
    dict(type='CenterCrop', crop_size=192),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackWindowInputs')
]

train_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type=dataset_type,
        ann_file=ann_file,
        data_root=data_root,
        split='train',
        window_size=window_size,
        overlap=0.75,
        background_ratio=1.0,
        frames=frames,
        seed=0,
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type,
        ann_file=ann_file,
        data_root=data_root,
        split='val',
        window_size=window_size,
        overlap=0.5,
        frames=frames,
        test_mode=True,
        pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type,
        ann_file=ann_file,
        data_root=data_root,
        split='test',
        window_size=window_size,
        overlap=0.5,
        frames=frames,
        test_mode=True,
        pipeline=test_pipeline))

val_evaluator = dict(type='MicroGestureF1', non_gesture=16, tune=True)
test_evaluator = dict(type='MicroGestureF1', non_gesture=16)
