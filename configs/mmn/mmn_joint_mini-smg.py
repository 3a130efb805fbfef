_base_ = [
    '../_base_/models/mmn.py', '../_base_/datasets/mini-smg_skeleton.py',
    '../_base_/schedules/mmn_scratch.py', '../_base_/default_runtime.py'
]
