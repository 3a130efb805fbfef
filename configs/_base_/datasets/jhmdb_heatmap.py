# Heat-maps of J-HMDB's joints: 12 frames of 24 px.
_base_ = './jhmdb_skeleton.py'
draw = dict(type='GestureGeneratePoseTarget', sigma=0.6)
last = [
    dict(type='FormatShape', input_format='NCTHW_Heatmap'),
    dict(type='PackGestureInputs')
]
train_pipeline = [
    dict(type='LoadKeypoints', layout='jhmdb-15'),
    dict(type='SampleSkeletonFrames', clip_len=12, mode='jitter'),
    dict(type='SkeletonToCanvas', size=28),
    dict(type='RandomResizedCrop', area_range=(0.56, 1.0)),
    dict(type='Resize', scale=(24, 24), keep_ratio=False),
    dict(type='FlipPose', layout='jhmdb-15', flip_ratio=0.5), draw, *last
]
test_pipeline = [
    dict(type='LoadKeypoints', layout='jhmdb-15'),
    dict(type='SampleSkeletonFrames', clip_len=12, mode='uniform'),
    dict(type='SkeletonToCanvas', size=24), draw, *last
]

train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
