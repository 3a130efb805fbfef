# The same for query points, which learn more slowly: 40 epochs.
_base_ = './online_scratch.py'
train_cfg = dict(max_epochs=40, val_interval=40)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        by_epoch=True,
        begin=0,
        end=4,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min_ratio=0.01,
        by_epoch=True,
        begin=4,
        end=40,
        convert_to_iter_based=True)
]
