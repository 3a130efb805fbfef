# 32 steps of 4 frames.
_base_ = './pointtad-mamba_smg.py'
train_dataloader = dict(dataset=dict(window_size=128))
val_dataloader = dict(dataset=dict(window_size=128))
test_dataloader = dict(dataset=dict(window_size=128))
