_base_ = './dyfadet_mini-smg-skeleton.py'
model = dict(head=dict(tower=dict(attention=True)))
train_dataloader = dict(dataset=dict(oversample=dict(alpha=100)))
