# From scratch on little data: AdamW at 2e-3 for a total batch of 16, a tenth
# of the epochs as warm-up, cosine decay.
_base_ = './adamw_30e.py'
train_cfg = dict(max_epochs=7)
optim_wrapper = dict(optimizer=dict(lr=2e-3))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        by_epoch=True,
        begin=0,
        end=1,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min_ratio=0.01,
        by_epoch=True,
        begin=1,
        end=7,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(enable=True, base_batch_size=16)
