# PointTAD with Mamba in small, for minutes on a CPU. Stored features have no
# encoder behind them, which end-to-end training would adapt: two DynE layers
# take its place. The paper's class weight of 1 leaves that encoder to the
# losses of the segments: it learns where gestures are, and not which.
_base_ = './pointtad-mamba.py'
model = dict(
    neck=dict(
        type='TemporalPyramid',
        in_channels=1408,
        channels=64,
        block=dict(type='dyn_e', hidden_channels=256),
        num_levels=1,
        dropout=0.1),
    head=dict(
        in_channels=64,
        embed_dims=64,
        num_queries=16,
        num_points=12,
        num_layers=3,
        class_weight=5.,
        dense_weight=5.,
        decoder=dict(feedforward=128, dim_dynamic=16, num_heads=4)))
