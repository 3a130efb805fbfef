_base_ = './pointtad-mamba_sfinge3d.py'
model = dict(head=dict(num_mamba=0))
