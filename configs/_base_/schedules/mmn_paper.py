# Sec. 4.1 of the MMN paper: AdamW, 1e-4 to 1e-6 for 256 clips, weight decay
# 0.1 on everything, 20 epochs of linear warm-up from 1e-7, a cosine of three
# cycles. The number of epochs is the released code's.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=120, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='AdamW', lr=1e-4, weight_decay=0.1))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=1e-3,
        by_epoch=True,
        begin=0,
        end=20,
        convert_to_iter_based=True),
    dict(
        type='CosineRestartLR',
        periods=[34, 33, 33],
        restart_weights=[1, 1, 1],
        eta_min=1e-6,
        by_epoch=True,
        begin=20,
        end=120,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(enable=True, base_batch_size=256)
