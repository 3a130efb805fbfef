_base_ = './swin-b_rgb_imigue.py'
# Flow videos, made by tools/modalities/generate.py; a mirror turns them round.
data_root = 'data/imigue_flow'
train_pipeline = [
    dict(type='FlipFlowVideo') if step['type'] == 'Flip' else step
    for step in _base_.train_pipeline
]
train_dataloader = dict(
    dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(data_root=data_root))
test_dataloader = dict(dataset=dict(data_root=data_root))
