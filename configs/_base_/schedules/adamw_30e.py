# The recipe of the MSF-Mamba paper, Sec. IV-A: AdamW, a learning rate of
# 4e-4 for a total batch of 256 scaled linearly, 5 of 30 epochs of warm-up,
# cosine decay. bf16 or fp32; never fp16.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=30, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(
        type='AdamW', lr=4e-4, betas=(0.9, 0.999), weight_decay=0.05),
    # No weight decay on norms, biases, embeddings, theta and the scan's own
    # parameters: whatever has one dimension, and the names below.
    paramwise_cfg=dict(
        flat_decay_mult=0.,
        bias_decay_mult=0.,
        norm_decay_mult=0.,
        custom_keys=dict(
            A_log=dict(decay_mult=0.),
            A_b_log=dict(decay_mult=0.),
            pos_embed=dict(decay_mult=0.),
            temporal_pos_embedding=dict(decay_mult=0.),
            cls_token=dict(decay_mult=0.))),
    clip_grad=dict(max_norm=1.0))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        by_epoch=True,
        begin=0,
        end=5,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min_ratio=0.01,
        by_epoch=True,
        begin=5,
        end=30,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(enable=True, base_batch_size=256)
