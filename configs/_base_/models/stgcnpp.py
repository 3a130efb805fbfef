# ST-GCN++: its graphs adapt, with a residual and several time scales.
_base_ = './stgcn.py'
model = dict(
    backbone=dict(
        mode='spatial',
        gcn_adaptive='init',
        gcn_with_res=True,
        tcn_type='mstcn'))
