_base_ = [
    '../_base_/models/2s-agcn.py', '../_base_/datasets/ma52_graph.py',
    '../_base_/schedules/sgd_gcn.py', '../_base_/default_runtime.py'
]
model = dict(
    backbone=dict(layout='ma52-44', in_channels=2),
    cls_head=dict(num_classes=52))
