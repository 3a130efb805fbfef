_base_ = [
    '../_base_/models/posec3d-mini.py',
    '../_base_/datasets/mini-smg_heatmap.py',
    '../_base_/schedules/adamw_scratch.py',
    '../_base_/default_runtime.py'
]
