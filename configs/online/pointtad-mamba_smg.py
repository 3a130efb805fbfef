# End to end on frames: the model of paper 004.
_base_ = [
    '../_base_/models/localizers/pointtad-mamba_i3d.py',
    '../_base_/datasets/smg_frames.py',
    '../_base_/schedules/pointtad_paper.py', '../_base_/online_runtime.py'
]
model = dict(head=dict(num_classes=_base_.num_classes))
