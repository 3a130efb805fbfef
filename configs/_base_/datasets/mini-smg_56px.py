# mini-SMG at 56 px: minutes on a CPU.
_base_ = './mini-smg.py'

sizes = dict(
    DecodeVideo=dict(short_side=64),
    CenterCrop=dict(crop_size=64),
    Resize=dict(scale=(56, 56)))
train_pipeline = [
    dict(step, **sizes.get(step['type'], {})) for step in _base_.train_pipeline
]
test_pipeline = [
    dict(step, **sizes.get(step['type'], {})) for step in _base_.test_pipeline
]

train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
