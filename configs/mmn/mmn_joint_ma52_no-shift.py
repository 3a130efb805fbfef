_base_ = './mmn_joint_ma52.py'
# Table 4, B2: no shift factor beta.
model = dict(backbone=dict(modulation='no-shift'))
