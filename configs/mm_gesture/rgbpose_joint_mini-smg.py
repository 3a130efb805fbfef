_base_ = [
    '../_base_/models/rgbpose-mini.py',
    '../_base_/datasets/mini-smg_rgbpose.py',
    '../_base_/schedules/adamw_merged.py',
    '../_base_/default_runtime.py'
]
