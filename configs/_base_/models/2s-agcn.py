# A stream of 2s-AGCN: AAGCN without its attention.
_base_ = './stgcn.py'
model = dict(
    backbone=dict(
        _delete_=True,
        type='GestureAAGCN',
        layout='imigue-22',
        in_channels=2,
        num_person=1,
        gcn_attention=False))
