_base_ = [
    '../_base_/models/stgcnpp.py', '../_base_/datasets/smg_graph.py',
    '../_base_/schedules/sgd_gcn.py', '../_base_/default_runtime.py'
]
model = dict(
    backbone=dict(layout='kinect-25', in_channels=3),
    cls_head=dict(num_classes=17))
