# PointTAD with Mamba-MHSA (paper 004) over features: 48 queries of 30 points,
# 4 decoder layers, 2 Mamba blocks in each; 230 M parameters in the decoder.
model = dict(
    type='GestureLocalizer',
    data_preprocessor=dict(type='WindowDataPreprocessor'),
    head=dict(
        type='QueryPointHead',
        num_classes=17,
        in_channels=1408,
        embed_dims=512,
        num_queries=48,
        num_points=30,
        num_layers=4,
        num_mamba=2,
        dense_weight=10.))
