_base_ = './swin-b_rgb_imigue.py'
# Taylor videos, made by tools/modalities/generate.py.
data_root = 'data/imigue_taylor'
train_dataloader = dict(dataset=dict(data_root=data_root))
val_dataloader = dict(dataset=dict(data_root=data_root))
test_dataloader = dict(dataset=dict(data_root=data_root))
