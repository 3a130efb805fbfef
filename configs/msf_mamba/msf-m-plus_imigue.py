_base_ = [
    '../_base_/models/msf-m-plus.py', '../_base_/datasets/imigue.py',
    '../_base_/schedules/adamw_30e.py', '../_base_/default_runtime.py'
]
model = dict(cls_head=dict(num_classes=32))
