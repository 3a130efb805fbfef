# Paper 001: 400 epochs at 1e-4 for a batch of 128 windows. The rest is
# DyFADet's: weight decay 0.025, clipped gradients, moving average of the
# weights, warm-up (20 of its 60 epochs: here the same share) and cosine.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=400, val_interval=10)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='AdamW', lr=1e-4, weight_decay=0.025),
    paramwise_cfg=dict(
        flat_decay_mult=0., bias_decay_mult=0., norm_decay_mult=0.),
    clip_grad=dict(max_norm=1.0))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        by_epoch=True,
        begin=0,
        end=130,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min_ratio=0.01,
        by_epoch=True,
        begin=130,
        end=400,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(enable=True, base_batch_size=128)
custom_hooks = [dict(type='EMAHook', momentum=0.001)]
