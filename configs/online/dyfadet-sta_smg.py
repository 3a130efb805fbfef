# Spatial-temporal attention in both heads.
_base_ = './dyfadet_smg.py'
model = dict(head=dict(tower=dict(attention=True)))
