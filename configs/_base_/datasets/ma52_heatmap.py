# Heat-maps of MA-52's 44 joints, see imigue_heatmap.py.
_base_ = './imigue_heatmap.py'
data_root = 'data/ma52'
new = dict(
    LoadKeypoints=dict(type='LoadKeypoints', layout='ma52-44'),
    FlipPose=dict(type='FlipPose', layout='ma52-44', flip_ratio=0.5))
train_pipeline = [
    new.get(step['type'], step) for step in _base_.train_pipeline
]
val_pipeline = [new.get(step['type'], step) for step in _base_.val_pipeline]
test_pipeline = [new.get(step['type'], step) for step in _base_.test_pipeline]

train_dataloader = dict(
    dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(data_root=data_root, pipeline=val_pipeline))
test_dataloader = dict(
    dataset=dict(data_root=data_root, pipeline=test_pipeline))
