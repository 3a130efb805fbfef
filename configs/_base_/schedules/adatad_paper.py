# AdaTAD: adapters at 2e-4 (1e-4 for the giant encoder), head at 1e-4, weight
# decay 0.05, 5 epochs of warm-up, a cosine of 100 epochs that is left after
# 60, two windows a batch, bf16.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=60, val_interval=2)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='GuardedOptimWrapper',
    dtype='bfloat16',
    optimizer=dict(type='AdamW', lr=1e-4, weight_decay=0.05),
    paramwise_cfg=dict(
        flat_decay_mult=0.,
        bias_decay_mult=0.,
        norm_decay_mult=0.,
        custom_keys=dict(adapters=dict(lr_mult=2.))),
    clip_grad=dict(max_norm=1.0))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        by_epoch=True,
        begin=0,
        end=5,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min=1e-8,
        by_epoch=True,
        begin=5,
        end=60,
        T_max=95,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(enable=True, base_batch_size=2)
custom_hooks = [dict(type='EMAHook', momentum=0.001)]
