_base_ = [
    '../_base_/models/stgcn.py', '../_base_/datasets/mini-smg_graph.py',
    '../_base_/schedules/mmn_scratch.py', '../_base_/default_runtime.py'
]
# Narrow: minutes on a CPU.
model = dict(
    backbone=dict(
        layout='kinect-25', in_channels=3, base_channels=16),
    cls_head=dict(num_classes=17, in_channels=64))
