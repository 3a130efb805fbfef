# Video Swin-S: the VSwin of Table VI, as its size says.
_base_ = './swin-t.py'
model = dict(
    backbone=dict(
        arch='small',
        drop_path_rate=0.2,
        init_cfg=dict(checkpoint='checkpoints/swin-s_in1k.pth')))
