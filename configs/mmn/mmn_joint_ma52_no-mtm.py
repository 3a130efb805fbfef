_base_ = './mmn_joint_ma52.py'
# Table 3, A2: motion modulates the skeletal branch alone.
model = dict(backbone=dict(mtm=False))
