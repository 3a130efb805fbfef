# The stream model over frames of 64 px through a small CNN.
_base_ = './causal.py'
model = dict(
    network=dict(
        in_channels=128,
        channels=96,
        encoder=dict(
            type='FrameEncoder',
            size=(64, 64),
            channels=(16, 32, 48, 64),
            out_channels=128)))
