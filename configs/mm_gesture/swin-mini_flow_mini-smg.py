_base_ = './swin-mini_rgb_mini-smg.py'
# Flow videos, made by tools/modalities/generate.py; a mirror turns them round.
data_root = 'data/mini_smg_flow'
train_pipeline = [
    dict(type='FlipFlowVideo') if step['type'] == 'Flip' else step
    for step in _base_.train_pipeline
]
train_dataloader = dict(
    dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(data_root=data_root))
test_dataloader = dict(dataset=dict(data_root=data_root))
