_base_ = [
    '../_base_/models/localizers/adatad-msf-s.py',
    '../_base_/datasets/smg_frames-160px.py',
    '../_base_/schedules/adatad_paper.py', '../_base_/online_runtime.py'
]
model = dict(head=dict(num_classes=_base_.num_classes))
train_dataloader = dict(batch_size=2)
