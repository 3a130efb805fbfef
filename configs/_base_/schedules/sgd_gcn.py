# MMAction2's recipe for graph networks: SGD at 0.1 for a total batch of 128
# with Nesterov's momentum, cosine decay over 80 epochs.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=80, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(
        type='SGD', lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True))
param_scheduler = [
    dict(
        type='CosineAnnealingLR',
        eta_min=0,
        by_epoch=True,
        begin=0,
        end=80,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(enable=True, base_batch_size=128)
