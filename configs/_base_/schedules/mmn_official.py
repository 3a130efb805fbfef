# The released code of MMN: AdamW, 1e-3 to 1e-5 for 64 clips, weight decay
# 0.1 on everything, one cosine over all 120 epochs, and over its first 20 a
# linear warm-up from 1e-7. Here the two are multiplied in the warm-up; the
# code's timm has the warm-up alone there (up to 7 % more).
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=120, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.1))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=1e-4,
        by_epoch=True,
        begin=0,
        end=20,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min=1e-5,
        by_epoch=True,
        begin=0,
        end=120,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(enable=True, base_batch_size=64)
