# J-HMDB's joints for graph networks: as MMN sees them, but for the order of
# the joints and the time.
_base_ = './jhmdb_skeleton.py'
train_pipeline = [
    step for step in _base_.train_pipeline if step['type'] != 'ReorderJoints'
]
train_pipeline[6].update(with_time=False)
test_pipeline = [
    step for step in _base_.test_pipeline if step['type'] != 'ReorderJoints'
]
test_pipeline[4].update(with_time=False)

train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
