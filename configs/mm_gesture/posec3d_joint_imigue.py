_base_ = [
    '../_base_/models/posec3d.py', '../_base_/datasets/imigue_heatmap.py',
    '../_base_/schedules/sgd_posec3d.py', '../_base_/default_runtime.py'
]
