_base_ = [
    '../_base_/models/tsn-r50.py', '../_base_/datasets/smg.py',
    '../_base_/schedules/sgd_tsn.py', '../_base_/default_runtime.py'
]
