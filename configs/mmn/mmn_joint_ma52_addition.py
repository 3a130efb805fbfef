_base_ = './mmn_joint_ma52.py'
# Table 4, B3: motion is added.
model = dict(backbone=dict(modulation='addition'))
