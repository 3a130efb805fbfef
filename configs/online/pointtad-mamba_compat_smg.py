# What PointTAD's public code does, windows included.
_base_ = './pointtad-mamba_smg.py'
model = dict(head=dict(pointtad_compat=True, nms=None))
train_dataloader = dict(dataset=dict(min_inside=1.0, background_ratio=0))
val_dataloader = dict(dataset=dict(overlap=0))
test_dataloader = dict(dataset=dict(overlap=0))
