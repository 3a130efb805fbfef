_base_ = [
    '../_base_/models/swin-s.py', '../_base_/datasets/ma52.py',
    '../_base_/schedules/adamw_30e_attention.py',
    '../_base_/default_runtime.py'
]
model = dict(cls_head=dict(num_classes=52))
