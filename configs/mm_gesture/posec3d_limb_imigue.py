_base_ = './posec3d_joint_imigue.py'
# 36 limbs instead of 36 joints, and the learning rate for them.
limbs = dict(with_kp=False, with_limb=True)
train_pipeline = _base_.train_pipeline
train_pipeline[6].update(limbs)
val_pipeline = _base_.val_pipeline
val_pipeline[3].update(limbs)
test_pipeline = _base_.test_pipeline
test_pipeline[3].update(limbs)
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=val_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
optim_wrapper = dict(optimizer=dict(lr=0.2))
