_base_ = [
    '../_base_/models/msf-t.py', '../_base_/datasets/smg.py',
    '../_base_/schedules/adamw_30e.py', '../_base_/default_runtime.py'
]
