# C3D has no normalisation layers and sees frames of standard deviation 60:
# MMAction2's own, ten times smaller learning rate, for a total batch of 240.
_base_ = './sgd_cnn.py'
optim_wrapper = dict(optimizer=dict(lr=1e-3, weight_decay=5e-4))
auto_scale_lr = dict(base_batch_size=240)
