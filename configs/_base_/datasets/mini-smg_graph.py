# mini-SMG's 25 joints in metres for graph networks, see imigue_graph.py.
_base_ = './mini-smg_skeleton.py'
train_pipeline = [
    step for step in _base_.train_pipeline
    if step['type'] not in ('STCA', 'ReorderJoints')
]
train_pipeline[2].update(clip_len=100, mode='jitter')
train_pipeline[4].update(with_time=False)
test_pipeline = [
    step for step in _base_.test_pipeline
    if step['type'] not in ('STCA', 'ReorderJoints')
]
test_pipeline[2].update(clip_len=100, mode='uniform')
test_pipeline[4].update(with_time=False)

train_dataloader = dict(
    batch_size=16, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
