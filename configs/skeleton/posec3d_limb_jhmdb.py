_base_ = './posec3d_joint_jhmdb.py'
# 14 limbs instead of 15 joints.
model = dict(backbone=dict(in_channels=14))
limbs = dict(with_kp=False, with_limb=True)
train_pipeline = _base_.train_pipeline
train_pipeline[6].update(limbs)
test_pipeline = _base_.test_pipeline
test_pipeline[3].update(limbs)
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
