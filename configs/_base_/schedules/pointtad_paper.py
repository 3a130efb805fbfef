# Paper 004: 50 epochs at 1e-4, halved every 10, one window a batch. Weight
# decay, the encoder's tenth of the learning rate and the clipping are
# PointTAD's.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=50, val_interval=5)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='AdamW', lr=1e-4, weight_decay=1e-4),
    paramwise_cfg=dict(
        # decay would pull the points to the beginning of the window
        custom_keys={
            'backbone': dict(lr_mult=0.1),
            'A_log': dict(decay_mult=0.),
            'A_b_log': dict(decay_mult=0.),
            'head.points': dict(decay_mult=0.)
        }),
    clip_grad=dict(max_norm=0.1))
param_scheduler = [
    dict(type='StepLR', step_size=10, gamma=0.5, by_epoch=True, end=50)
]
auto_scale_lr = dict(enable=True, base_batch_size=1)
