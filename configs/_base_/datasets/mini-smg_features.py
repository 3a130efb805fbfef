# mini-SMG, untrimmed: features of an MSF-Mamba with 64 channels every 4
# frames, made by tools/modalities/extract_features.py; at 20 frames per
# second windows of 256 steps are 51 seconds.
_base_ = './smg_features.py'
data_root = 'data/mini_smg'
in_channels = 64
window_size = 256
features = dict(_delete_=True, folder='features/msf-quickstart')

train_dataloader = dict(
    batch_size=8,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        data_root=data_root, window_size=window_size, features=features))
val_dataloader = dict(
    batch_size=8,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        data_root=data_root, window_size=window_size, features=features))
test_dataloader = dict(
    batch_size=8,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        data_root=data_root, window_size=window_size, features=features))
