# MMAction2's recipe for 3-D convolutional networks: SGD at 0.01 for a total
# batch of 64 scaled linearly, steps at 20 and 40 of 50 epochs.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=50, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='SGD', lr=0.01, momentum=0.9, weight_decay=1e-4),
    clip_grad=dict(max_norm=40))
param_scheduler = [
    dict(
        type='MultiStepLR',
        by_epoch=True,
        begin=0,
        end=50,
        milestones=[20, 40],
        gamma=0.1)
]
auto_scale_lr = dict(enable=True, base_batch_size=64)
