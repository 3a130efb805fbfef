# For a few hundred clips: AdamW at 4e-3 for 16 clips, 4 of 40 epochs of
# warm-up, cosine decay. Nothing is chosen by the test: it is looked at once,
# after the last epoch.
_base_ = './mmn_scratch.py'
train_cfg = dict(max_epochs=40, val_interval=40)
optim_wrapper = dict(
    optimizer=dict(lr=4e-3), clip_grad=dict(max_norm=1.0))
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
        eta_min=4e-5,
        by_epoch=True,
        begin=4,
        end=40,
        convert_to_iter_based=True)
]
