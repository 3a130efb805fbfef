_base_ = './swin-mini_rgb_mini-smg.py'
# Depth videos, made by tools/modalities/generate.py.
data_root = 'data/mini_smg_depth'
train_dataloader = dict(dataset=dict(data_root=data_root))
val_dataloader = dict(dataset=dict(data_root=data_root))
test_dataloader = dict(dataset=dict(data_root=data_root))
