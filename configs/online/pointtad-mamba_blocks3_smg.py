_base_ = './pointtad-mamba_smg.py'
model = dict(head=dict(num_mamba=3))
