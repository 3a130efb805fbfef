# mini-SMG's pictures alone, cut round the person by its joints.
_base_ = './mini-smg_rgbpose.py'
train_pipeline = [
    step for step in _base_.train_pipeline
    if step['type'] != 'GestureGeneratePoseTarget'
]
train_pipeline[-1] = dict(type='PackGestureInputs')
test_pipeline = [
    step for step in _base_.test_pipeline
    if step['type'] != 'GestureGeneratePoseTarget'
]
test_pipeline[-1] = dict(type='PackGestureInputs')

train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
