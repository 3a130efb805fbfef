_base_ = [
    '../_base_/models/manet-r50.py', '../_base_/datasets/ma52.py',
    '../_base_/schedules/sgd_manet.py', '../_base_/default_runtime.py'
]
model = dict(
    cls_head=dict(
        num_classes=52, classes='mmgesture.datasets.ma52.CLASSES'))
