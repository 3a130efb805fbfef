# ActionFormer: a pyramid of local attention and convolutional heads; the
# plain baseline of DyFADet, of the same size.
model = dict(
    type='GestureLocalizer',
    data_preprocessor=dict(type='WindowDataPreprocessor'),
    neck=dict(
        type='TemporalPyramid',
        in_channels=1408,
        channels=512,
        block=dict(
            type='attention',
            num_heads=4,
            window=19,
            hidden_channels=2048),
        num_embed=2,
        num_stem=2,
        num_levels=6,
        layer_scale=1e-4,
        stem_layer_scale=1e-4),
    head=dict(
        type='AnchorFreeSegmentHead',
        num_classes=17,
        channels=512,
        num_levels=6,
        tower=dict(type='plain', num_layers=2),
        range_base=4.,
        radius=1.5,
        init_normaliser=100.))
