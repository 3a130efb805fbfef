_base_ = [
    '../_base_/models/i3d-r50.py', '../_base_/datasets/smg.py',
    '../_base_/schedules/sgd_cnn.py', '../_base_/default_runtime.py'
]
