# SMG, untrimmed: stored features of 16 frames every 4 frames at 28 frames per
# second (paper 001), VideoMAEv2-g with 1408 channels; windows of 768 steps
# are 110 seconds. Other features: change folder, in_channels, and for files
# without features.json give stride and window, as here.
dataset_type = 'UntrimmedDataset'
data_root = 'data/smg'
ann_file = 'annotations.jsonl'
num_classes = 17
in_channels = 1408
window_size = 768
features = dict(folder='features/videomaev2-g', stride=4, window=16)

train_pipeline = [
    dict(type='LoadFeatureWindow'),
    dict(type='CropWindow', ratio=(0.9, 1.0)),
    dict(type='PackWindowInputs')
]
test_pipeline = [
    dict(type='LoadFeatureWindow'),
    dict(type='PackWindowInputs')
]

train_dataloader = dict(
    batch_size=2,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type=dataset_type,
        ann_file=ann_file,
        data_root=data_root,
        split='train',
        window_size=window_size,
        overlap=0.5,
        jitter=0.25,
        features=features,
        seed=0,
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
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
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
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

val_evaluator = dict(type='MicroGestureF1', non_gesture=16, tune=True)
test_evaluator = dict(type='MicroGestureF1', non_gesture=16)
