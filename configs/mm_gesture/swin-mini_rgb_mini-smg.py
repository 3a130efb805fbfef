_base_ = [
    '../_base_/models/swin-mini.py', '../_base_/datasets/mini-smg_8f.py',
    '../_base_/schedules/adamw_scratch.py', '../_base_/default_runtime.py'
]
