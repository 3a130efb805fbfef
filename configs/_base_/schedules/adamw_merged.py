# Joint training from merged streams: a quarter of adamw_scratch.py's rate,
# 3 epochs.
_base_ = './adamw_scratch.py'
train_cfg = dict(max_epochs=3)
optim_wrapper = dict(optimizer=dict(lr=5e-4))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.1,
        by_epoch=True,
        begin=0,
        end=0.5,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min_ratio=0.01,
        by_epoch=True,
        begin=0.5,
        end=3,
        convert_to_iter_based=True)
]
