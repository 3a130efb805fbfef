# Time and picture in branches of their own.
_base_ = './adatad-vit-b_smg.py'
model = dict(backbone=dict(adapter=dict(type='decoupled')))
