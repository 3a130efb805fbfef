_base_ = './mmn_joint_imigue_official.py'
# Its bones, of which 10 joints have one, and its augmentation of them.
train_pipeline = _base_.train_pipeline
train_pipeline[3].update(stream='bone', bones='official')
train_pipeline[3:3] = [
    dict(type='MaskAxis', prob=0.2),
    dict(type='DropFrameBlock', prob=0.2)
]
test_pipeline = _base_.test_pipeline
test_pipeline[3].update(stream='bone', bones='official')
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
