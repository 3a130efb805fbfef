# iMiGUE, 32 classes (31 gestures and the illustrative one).
_base_ = './smg.py'
data_root = 'data/imigue'
train_dataloader = dict(dataset=dict(data_root=data_root))
val_dataloader = dict(dataset=dict(data_root=data_root))
test_dataloader = dict(dataset=dict(data_root=data_root))
