_base_ = [
    '../_base_/models/tsm-r50.py', '../_base_/datasets/smg.py',
    '../_base_/schedules/sgd_tsm.py', '../_base_/default_runtime.py'
]
