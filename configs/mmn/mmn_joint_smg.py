_base_ = [
    '../_base_/models/mmn.py', '../_base_/datasets/smg_skeleton.py',
    '../_base_/schedules/mmn_paper.py', '../_base_/default_runtime.py'
]
train_dataloader = dict(batch_size=256)
