# Both: the model of paper 001.
_base_ = './dyfadet-da_smg.py'
model = dict(head=dict(tower=dict(attention=True)))
