# M = 0: PointTAD itself, which paper 004 does not report.
_base_ = './pointtad-mamba_smg.py'
model = dict(head=dict(num_mamba=0))
