_base_ = [
    '../_base_/models/c3d-224px.py', '../_base_/datasets/smg.py',
    '../_base_/schedules/sgd_c3d.py', '../_base_/default_runtime.py'
]
