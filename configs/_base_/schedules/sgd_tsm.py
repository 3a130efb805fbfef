# MMAction2's recipe for TSM on Something-Something V2: SGD at 0.02 for a
# total batch of 128 scaled linearly, steps at 20 and 40 of 50 epochs, norms
# and biases without decay, fc_lr5: the last layer at five times the rate.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=50, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    constructor='TSMOptimWrapperConstructor',
    paramwise_cfg=dict(fc_lr5=True),
    optimizer=dict(type='SGD', lr=0.02, momentum=0.9, weight_decay=5e-4),
    clip_grad=dict(max_norm=20, norm_type=2))
param_scheduler = [
    dict(
        type='MultiStepLR',
        begin=0,
        end=50,
        by_epoch=True,
        milestones=[20, 40],
        gamma=0.1)
]
auto_scale_lr = dict(enable=True, base_batch_size=128)
