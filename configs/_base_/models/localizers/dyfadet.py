# DyFADet: a pyramid of DynE layers and the multi-scale dynamic head.
model = dict(
    type='GestureLocalizer',
    data_preprocessor=dict(type='WindowDataPreprocessor'),
    neck=dict(
        type='TemporalPyramid',
        in_channels=1408,
        channels=512,
        block=dict(
            type='dyn_e', kernel_size=1, expand=5, hidden_channels=768),
        num_embed=2,
        num_stem=2,
        num_levels=6,
        layer_scale=1e-4),
    head=dict(
        type='AnchorFreeSegmentHead',
        num_classes=17,
        channels=512,
        num_levels=6,
        tower=dict(type='msdy', num_layers=2),
        range_base=4.,
        radius=1.5,
        init_normaliser=100.))
