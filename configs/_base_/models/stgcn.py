# ST-GCN: 22 joints of iMiGUE, 32 classes.
model = dict(
    type='RecognizerGCN',
    data_preprocessor=dict(type='ActionDataPreprocessor'),
    backbone=dict(
        type='GestureSTGCN',
        layout='imigue-22',
        mode='stgcn_spatial',
        in_channels=2),
    cls_head=dict(
        type='GCNHead',
        num_classes=32,
        in_channels=256,
        average_clips='prob'))
