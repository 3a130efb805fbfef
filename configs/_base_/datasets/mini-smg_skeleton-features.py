# mini-SMG, untrimmed: joints and velocities of the Kinect skeleton, made by
# tools/modalities/extract_features.py skeleton. Every second frame is used:
# windows of 256 steps are 18 seconds at 28 frames per second, 26 at 20.
_base_ = './mini-smg_features.py'
in_channels = 150
window_size = 256
features = dict(_delete_=True, folder='features/skeleton', every=2)

train_pipeline = [
    dict(type='LoadFeatureWindow'),
    dict(type='StretchWindow', velocity_channels=(75, 150)),
    dict(type='RotateFeatures'),
    dict(type='JitterFeatures', std=0.02),
    dict(type='PackWindowInputs')
]
train_dataloader = dict(
    dataset=dict(
        window_size=window_size, features=features, pipeline=train_pipeline))
val_dataloader = dict(
    dataset=dict(window_size=window_size, features=features))
test_dataloader = dict(
    dataset=dict(window_size=window_size, features=features))
