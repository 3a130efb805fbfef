_base_ = './mmn_joint_ma52.py'
# Table 5, C1: no augmentation but the random frames.
train_pipeline = _base_.train_pipeline
train_pipeline.pop(3)
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
