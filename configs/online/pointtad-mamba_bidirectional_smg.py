# Queries are a set: scan them both ways.
_base_ = './pointtad-mamba_smg.py'
model = dict(head=dict(decoder=dict(bidirectional=True)))
