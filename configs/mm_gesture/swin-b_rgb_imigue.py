_base_ = [
    '../_base_/models/swin-b.py', '../_base_/datasets/imigue_32f.py',
    '../_base_/schedules/adamw_swin.py', '../_base_/default_runtime.py'
]
model = dict(cls_head=dict(num_classes=32))
optim_wrapper = dict(optimizer=dict(weight_decay=0.05))
