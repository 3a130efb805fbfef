# 200 steps of 4 frames.
_base_ = './pointtad-mamba_smg.py'
train_dataloader = dict(dataset=dict(window_size=800))
val_dataloader = dict(dataset=dict(window_size=800))
test_dataloader = dict(dataset=dict(window_size=800))
