_base_ = './swin-b_rgb_imigue.py'
# Depth videos, made by tools/modalities/generate.py.
data_root = 'data/imigue_depth'
train_dataloader = dict(dataset=dict(data_root=data_root))
val_dataloader = dict(dataset=dict(data_root=data_root))
test_dataloader = dict(dataset=dict(data_root=data_root))
