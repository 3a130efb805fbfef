_base_ = [
    '../_base_/models/i3d-r50.py', '../_base_/datasets/ma52.py',
    '../_base_/schedules/sgd_cnn.py', '../_base_/default_runtime.py'
]
model = dict(cls_head=dict(num_classes=52))
