# For a few hundred clips: AdamW at 2e-3 for 16 clips, 6 of 60 epochs of
# warm-up, cosine decay. Nothing is chosen by the test: it is looked at once,
# after the last epoch.
_base_ = './mmn_scratch.py'
train_cfg = dict(max_epochs=60, val_interval=60)
optim_wrapper = dict(
    optimizer=dict(lr=2e-3), clip_grad=dict(max_norm=1.0))
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
        eta_min=2e-5,
        by_epoch=True,
        begin=6,
        end=60,
        convert_to_iter_based=True)
]
