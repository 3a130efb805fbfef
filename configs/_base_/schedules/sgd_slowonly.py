# MM-Gesture's recipe for the pictures of PoseConv3D: SGD at 0.15 for 96
# clips, cosine decay over 18 epochs of ten rounds, here 180 of one.
_base_ = './sgd_posec3d.py'
train_cfg = dict(max_epochs=180)
optim_wrapper = dict(optimizer=dict(lr=0.15, weight_decay=1e-4))
param_scheduler = [
    dict(
        type='CosineAnnealingLR',
        eta_min=0,
        by_epoch=True,
        begin=0,
        end=180,
        convert_to_iter_based=True)
]
auto_scale_lr = dict(enable=True, base_batch_size=96)
