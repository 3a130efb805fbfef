# ActionFormer in small, for minutes on a CPU: 64 channels, four levels.
_base_ = './actionformer.py'
model = dict(
    neck=dict(
        channels=64,
        block=dict(hidden_channels=256, dropout=0.1),
        num_levels=4,
        layer_scale=0.1,
        stem_layer_scale=None,
        dropout=0.1),
    head=dict(channels=64, num_levels=4, range_base=8., init_normaliser=50.))
