_base_ = './mmn_joint_jhmdb.py'
train_pipeline = _base_.train_pipeline
train_pipeline[5].update(stream='bone')
test_pipeline = _base_.test_pipeline
test_pipeline[3].update(stream='bone')
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
