_base_ = [
    '../_base_/models/slowonly-mini.py',
    '../_base_/datasets/mini-smg_person.py',
    '../_base_/schedules/adamw_scratch.py',
    '../_base_/default_runtime.py'
]
