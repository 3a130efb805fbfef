_base_ = [
    '../_base_/models/swin-s.py', '../_base_/datasets/imigue_32f.py',
    '../_base_/schedules/adamw_swin.py', '../_base_/default_runtime.py'
]
# What RGB* starts from: MA-52, 52 classes.
model = dict(cls_head=dict(num_classes=52))
data_root = 'data/ma52'
train_dataloader = dict(dataset=dict(data_root=data_root))
val_dataloader = dict(dataset=dict(data_root=data_root))
test_dataloader = dict(dataset=dict(data_root=data_root))
