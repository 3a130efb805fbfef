_base_ = './dyfadet_sfinge3d.py'
model = dict(head=dict(tower=dict(attention=True)))
train_dataloader = dict(dataset=dict(oversample=dict(alpha=20)))
