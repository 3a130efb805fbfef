# SMG, untrimmed, for streams: Kinect skeletons, features that need no future,
# one step per frame of 28 a second; windows of 768 steps are 27 seconds,
# those of a test whole videos.
_base_ = './mini-smg_stream-skeleton.py'
data_root = 'data/smg'
window_size = 768

train_dataloader = dict(
    num_workers=2,
    dataset=dict(data_root=data_root, window_size=window_size))
val_dataloader = dict(dataset=dict(data_root=data_root, window_size=32768))
test_dataloader = dict(dataset=dict(data_root=data_root, window_size=32768))

stream = dict(step_rate=28)
