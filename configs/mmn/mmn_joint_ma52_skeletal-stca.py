_base_ = './mmn_joint_ma52.py'
# Table 5, C2: turned, scaled and shifted, no jitter.
train_pipeline = _base_.train_pipeline
train_pipeline[3].update(temporal=False)
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
