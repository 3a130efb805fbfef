_base_ = './mmn_joint_ma52.py'
# Table 4, B4: motion is concatenated and reduced.
model = dict(backbone=dict(modulation='concatenation'))
