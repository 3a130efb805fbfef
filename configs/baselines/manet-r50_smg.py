_base_ = [
    '../_base_/models/manet-r50.py', '../_base_/datasets/smg.py',
    '../_base_/schedules/sgd_manet.py', '../_base_/default_runtime.py'
]
