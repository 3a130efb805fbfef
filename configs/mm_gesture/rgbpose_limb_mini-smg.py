_base_ = './rgbpose_joint_mini-smg.py'
# Real limb heat-maps.
model = dict(backbone=dict(pose_pathway=dict(in_channels=24)))
limbs = dict(with_kp=False, with_limb=True)
train_pipeline = _base_.train_pipeline
train_pipeline[8].update(limbs)
test_pipeline = _base_.test_pipeline
test_pipeline[5].update(limbs)
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
