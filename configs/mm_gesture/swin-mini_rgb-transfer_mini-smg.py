_base_ = './swin-mini_rgb_mini-smg.py'
# RGB*: the encoder of swin-mini_rgb_mini-smg.py, trained on other people.
model = dict(
    backbone=dict(
        init_cfg=dict(
            type='Pretrained',
            checkpoint='checkpoints/swin-mini_other-people.pth',
            prefix='backbone.')))
