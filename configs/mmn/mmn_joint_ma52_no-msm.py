_base_ = './mmn_joint_ma52.py'
# Table 3, A3: motion modulates the temporal branch alone.
model = dict(backbone=dict(msm=False))
