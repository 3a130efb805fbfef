_base_ = './mmn_joint_ma52.py'
# Table 4, B5: motion multiplies.
model = dict(backbone=dict(modulation='hadamard'))
