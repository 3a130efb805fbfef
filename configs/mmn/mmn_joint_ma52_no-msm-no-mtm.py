_base_ = './mmn_joint_ma52.py'
# Table 3, A1: motion modulates nothing.
model = dict(backbone=dict(msm=False, mtm=False))
