# Heat-maps of SMG's 25 joints in pixels, see imigue_heatmap.py.
_base_ = './imigue_heatmap.py'
data_root = 'data/smg'
new = dict(
    LoadKeypoints=dict(type='LoadKeypoints', layout='kinect-25'),
    FlipPose=dict(type='FlipPose', layout='kinect-25', flip_ratio=0.5))
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
