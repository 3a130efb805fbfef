_base_ = './mmn_joint_ma52.py'
# Table 4, B1: no scale factor gamma.
model = dict(backbone=dict(modulation='no-scale'))
