# SFINGE3D, joint features of hands at 20 frames per second, 13 classes, made
# by tools/data/sfinge3d.py; fold 0, other folds with --cfg-options
# ann_file=annotations_fold1.jsonl. Every second step is used: windows of 128
# are 13 seconds.
dataset_type = 'UntrimmedDataset'
data_root = 'data/sfinge3d'
ann_file = 'annotations_fold0.jsonl'
num_classes = 13
in_channels = 120
window_size = 128
features = dict(folder='features/joints', every=2)

train_pipeline = [
    dict(type='LoadFeatureWindow'),
    dict(type='StretchWindow', velocity_channels=(60, 120)),
    dict(type='RotateFeatures'),
    dict(type='JitterFeatures', std=0.02),
    dict(type='PackWindowInputs')
]
test_pipeline = [
    dict(type='LoadFeatureWindow'),
    dict(type='PackWindowInputs')
]

train_dataloader = dict(
    batch_size=8,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type=dataset_type,
        ann_file=ann_file,
        data_root=data_root,
        split='train',
        window_size=window_size,
        overlap=0.75,
        jitter=0.125,
        features=features,
        seed=0,
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=8,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type,
        ann_file=ann_file,
        data_root=data_root,
        split='val',
        window_size=window_size,
        overlap=0.5,
        features=features,
        test_mode=True,
        pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=8,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type,
        ann_file=ann_file,
        data_root=data_root,
        split='test',
        window_size=window_size,
        overlap=0.5,
        features=features,
        test_mode=True,
        pipeline=test_pipeline))

val_evaluator = dict(type='MicroGestureF1', tune=True)
test_evaluator = dict(type='MicroGestureF1')
