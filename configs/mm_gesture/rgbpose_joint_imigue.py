_base_ = [
    '../_base_/models/rgbpose-conv3d.py',
    '../_base_/datasets/imigue_rgbpose.py',
    '../_base_/schedules/sgd_rgbpose.py',
    '../_base_/default_runtime.py'
]
