# Stream models on small sets: AdamW at 2e-3 for 8 windows a batch, 60 epochs,
# of which a tenth are warm-up; moving average.
_base_ = './online_scratch.py'
train_cfg = dict(max_epochs=60, val_interval=60)
optim_wrapper = dict(optimizer=dict(lr=2e-3))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        by_epoch=True,
        begin=0,
        end=6,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min_ratio=0.01,
        by_epoch=True,
        begin=6,
        end=60,
        convert_to_iter_based=True)
]
