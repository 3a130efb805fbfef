_base_ = './mmn_joint_ma52.py'
# Table 5, C3: jitter alone.
train_pipeline = _base_.train_pipeline
train_pipeline[3].update(skeletal=False)
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
