# Data augmentation: more windows of rare classes; alpha is ours.
_base_ = './dyfadet_smg.py'
train_dataloader = dict(dataset=dict(oversample=dict(alpha=100)))
