# Localizers on small sets, minutes on a CPU: AdamW at 1e-3 for 8 windows a
# batch, a tenth of the epochs as warm-up, cosine, moving average. Validation
# comes once, at the end, to tune the threshold: no epoch is picked.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=20, val_interval=20)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.05),
    paramwise_cfg=dict(
        flat_decay_mult=0.,
        bias_decay_mult=0.,
        norm_decay_mult=0.,
        # decay would pull the points to the beginning of the window
        custom_keys={
            'A_log': dict(decay_mult=0.),
            'head.points': dict(decay_mult=0.)
        }),
    clip_grad=dict(max_norm=1.0))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        by_epoch=True,
        begin=0,
        end=2,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min_ratio=0.01,
        by_epoch=True,
        begin=2,
        end=20,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(enable=True, base_batch_size=8)
custom_hooks = [dict(type='EMAHook', momentum=0.01)]
