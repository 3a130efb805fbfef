# mini-SMG, untrimmed, for streams: skeleton features that need no future, one
# step per frame of 20 a second; windows of 512 steps are 26 seconds, those of
# a test whole videos. Made by
# tools/modalities/extract_features.py skeleton --causal.
_base_ = './mini-smg_skeleton-features.py'
window_size = 512
features = dict(folder='features/skeleton-causal', every=1)

train_dataloader = dict(
    dataset=dict(
        window_size=window_size,
        overlap=0.5,
        min_inside=0.01,
        features=features))
val_dataloader = dict(
    batch_size=1, dataset=dict(window_size=8192, features=features))
test_dataloader = dict(
    batch_size=1, dataset=dict(window_size=8192, features=features))

stream = dict(
    type='keypoints', layout='kinect-25', dims=3, step_rate=20)
