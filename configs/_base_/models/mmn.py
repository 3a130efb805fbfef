# MMN, the paper's intent: 25 joints of Kinect in metres, 17 classes.
model = dict(
    type='RecognizerGCN',
    data_preprocessor=dict(type='ActionDataPreprocessor'),
    backbone=dict(
        type='MMN',
        in_channels=3,
        num_points=25,
        num_frames=64,
        embed_dims=96,
        depths=(3, 3, 3, 3),
        num_heads=4,
        drop_path_rate=0.3),
    cls_head=dict(
        type='GCNHead',
        num_classes=17,
        in_channels=96,
        dropout=0.1,
        average_clips='prob',
        init_cfg=None))
