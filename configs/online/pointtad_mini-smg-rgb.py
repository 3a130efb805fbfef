_base_ = './pointtad-mamba_mini-smg-rgb.py'
model = dict(head=dict(num_mamba=0))
