# mini-SMG's skeletons, of SMG's form.
_base_ = './smg_skeleton.py'
data_root = 'data/mini_smg'

train_dataloader = dict(
    batch_size=16,
    num_workers=2,
    sampler=dict(_delete_=True, type='ClassBalancedSampler', power=0.5),
    dataset=dict(data_root=data_root))
val_dataloader = dict(num_workers=2, dataset=dict(data_root=data_root))
test_dataloader = dict(num_workers=2, dataset=dict(data_root=data_root))
