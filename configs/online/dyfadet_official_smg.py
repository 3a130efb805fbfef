# DyFADet as its public code computes: dead DynE kernels, squared taps.
_base_ = './dyfadet_smg.py'
model = dict(
    neck=dict(block=dict(init_std=0.)),
    head=dict(tower=dict(square_compat=True)))
