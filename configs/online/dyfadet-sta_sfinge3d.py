# Attention alone: no class of SFINGE3D is rare.
_base_ = './dyfadet_sfinge3d.py'
model = dict(head=dict(tower=dict(attention=True)))
