# SFINGE3D for streams: features that need no future, and gestures that the
# window shows the smallest part of. Windows of a test are whole streams.
_base_ = './sfinge3d_features.py'
window_size = 512
features = dict(folder='features/joints-causal', every=1)

train_dataloader = dict(
    dataset=dict(
        window_size=window_size,
        overlap=0.5,
        min_inside=0.01,
        features=features))
val_dataloader = dict(
    batch_size=1, dataset=dict(window_size=1024, features=features))
test_dataloader = dict(
    batch_size=1, dataset=dict(window_size=1024, features=features))

# what the detector is given: 20 joints of a hand, seen from the palm
stream = dict(
    type='keypoints',
    num_joints=20,
    dims=3,
    center=0,
    edges=[(0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 6), (6, 7), (0, 8),
           (8, 9), (9, 10), (10, 11), (0, 12), (12, 13), (13, 14), (14, 15),
           (0, 16), (16, 17), (17, 18), (18, 19)],
    step_rate=20)
