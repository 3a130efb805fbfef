# MMAction2's recipe for TRN: as for TSM, at a tenth of the rate, steps at 30
# and 45, and no layer at another rate than the others.
_base_ = './sgd_tsm.py'
optim_wrapper = dict(
    paramwise_cfg=dict(fc_lr5=False), optimizer=dict(lr=0.002))
param_scheduler = [
    dict(
        type='MultiStepLR',
        begin=0,
        end=50,
        by_epoch=True,
        milestones=[30, 45],
        gamma=0.1)
]
