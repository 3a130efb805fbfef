# MM-Gesture's recipe for joints: SGD at 0.05 for 32 clips, cosine decay over
# 24 epochs of ten rounds, here 240 epochs of one, so that a sample comes in
# ten ways as it does there. (Limbs: 0.2.)
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=240, val_interval=10)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='SGD', lr=0.05, momentum=0.9, weight_decay=3e-4),
    clip_grad=dict(max_norm=40, norm_type=2))
param_scheduler = [
    dict(
        type='CosineAnnealingLR',
        eta_min=0,
        by_epoch=True,
        begin=0,
        end=240,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(enable=True, base_batch_size=32)
