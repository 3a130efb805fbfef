# DyFADet in small, for minutes on a CPU: 64 channels, four levels.
_base_ = './dyfadet.py'
model = dict(
    neck=dict(
        channels=64,
        block=dict(hidden_channels=256),
        num_levels=4,
        layer_scale=0.1,
        dropout=0.1),
    head=dict(channels=64, num_levels=4, range_base=8., init_normaliser=50.))
