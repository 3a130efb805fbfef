# mini-SMG at 8 frames of 56 px.
_base_ = './mini-smg_56px.py'
frames = dict(UniformSampleSegment=dict(clip_len=8))
train_pipeline = [
    dict(step, **frames.get(step['type'], {}))
    for step in _base_.train_pipeline
]
test_pipeline = [
    dict(step, **frames.get(step['type'], {})) for step in _base_.test_pipeline
]

train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
