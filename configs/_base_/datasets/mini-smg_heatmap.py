# Heat-maps of mini-SMG's 25 joints: 16 frames of 28 px, minutes on a CPU.
_base_ = './smg_heatmap.py'
data_root = 'data/mini_smg'
sizes = dict(
    SampleSkeletonFrames=dict(clip_len=16),
    SkeletonToCanvas=dict(size=32),
    RandomResizedCrop=dict(
        area_range=(0.72, 1.0), aspect_ratio_range=(0.95, 1.05)),
    Resize=dict(scale=(28, 28)))
train_pipeline = [
    dict(step, **sizes.get(step['type'], {})) for step in _base_.train_pipeline
]
val_pipeline = [
    dict(step, **dict(sizes, SkeletonToCanvas=dict(size=28)).get(
        step['type'], {})) for step in _base_.val_pipeline
]

train_dataloader = dict(
    batch_size=16,
    num_workers=2,
    sampler=dict(_delete_=True, type='ClassBalancedSampler', power=0.5),
    dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=16,
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=val_pipeline))
test_dataloader = dict(
    batch_size=16,
    num_workers=2,
    dataset=dict(data_root=data_root, pipeline=val_pipeline))
