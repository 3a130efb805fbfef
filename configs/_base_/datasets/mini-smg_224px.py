# mini-SMG at 224 px, through SMG's own pipeline: for the baselines.
_base_ = './smg.py'
data_root = 'data/mini_smg'
train_dataloader = dict(
    num_workers=2,
    sampler=dict(_delete_=True, type='ClassBalancedSampler', power=0.5),
    dataset=dict(data_root=data_root))
val_dataloader = dict(num_workers=2, dataset=dict(data_root=data_root))
test_dataloader = dict(num_workers=2, dataset=dict(data_root=data_root))
