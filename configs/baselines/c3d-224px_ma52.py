_base_ = [
    '../_base_/models/c3d-224px.py', '../_base_/datasets/ma52.py',
    '../_base_/schedules/sgd_c3d.py', '../_base_/default_runtime.py'
]
model = dict(cls_head=dict(num_classes=52))
