# Rows repeated as the paper says, which changes no target: for the record.
_base_ = './dyfadet-da-sta_smg.py'
train_dataloader = dict(dataset=dict(oversample=dict(mode='literal')))
