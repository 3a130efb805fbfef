# The recipe of MA-Net: as for TSM, at 0.00125 for a batch of 10, steps at 30
# and 60 of 80 epochs. The five-fold rate goes to fc_cls; in the official
# code it falls on the embedding's second layer.
_base_ = './sgd_tsm.py'
train_cfg = dict(max_epochs=80)
optim_wrapper = dict(optimizer=dict(lr=0.00125, weight_decay=1e-4))
param_scheduler = [
    dict(
        type='MultiStepLR',
        begin=0,
        end=80,
        by_epoch=True,
        milestones=[30, 60],
        gamma=0.1)
]
auto_scale_lr = dict(enable=True, base_batch_size=10)
