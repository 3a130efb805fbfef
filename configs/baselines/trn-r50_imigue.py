_base_ = [
    '../_base_/models/trn-r50.py', '../_base_/datasets/imigue.py',
    '../_base_/schedules/sgd_trn.py', '../_base_/default_runtime.py'
]
model = dict(cls_head=dict(num_classes=32))
