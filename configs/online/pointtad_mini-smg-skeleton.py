_base_ = './pointtad-mamba_mini-smg-skeleton.py'
model = dict(head=dict(num_mamba=0))
