# iMiGUE's pictures alone, cut round the person by its 36 joints: the stream
# of pictures of PoseConv3D.
_base_ = './imigue_rgbpose.py'
train_pipeline = [
    step for step in _base_.train_pipeline
    if step['type'] != 'GestureGeneratePoseTarget'
]
val_pipeline = [
    dict(step, scale=(224, 224)) if step['type'] == 'Resize' else step
    for step in _base_.val_pipeline
    if step['type'] != 'GestureGeneratePoseTarget'
]
test_pipeline = [
    dict(step, scale=(224, 224)) if step['type'] == 'Resize' else step
    for step in _base_.test_pipeline
    if step['type'] != 'GestureGeneratePoseTarget'
]
pack = dict(type='PackGestureInputs')
train_pipeline[-1] = pack
val_pipeline[-1] = pack
test_pipeline[-1] = pack

train_dataloader = dict(batch_size=12, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(batch_size=12, dataset=dict(pipeline=val_pipeline))
test_dataloader = dict(batch_size=1, dataset=dict(pipeline=test_pipeline))
