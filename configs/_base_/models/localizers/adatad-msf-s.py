# The same with a frozen MSF-Mamba-S: give its own trained weights with
# --pretrained, the ImageNet ones have never seen motion.
_base_ = './actionformer.py'
model = dict(
    data_preprocessor=dict(
        mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375]),
    backbone=dict(
        type='ClipEncoder',
        channels=384,
        chunk_frames=16,
        adapter=dict(type='temporal', token_size=(1, 16, 16)),
        with_cp=True,
        backbone=dict(
            type='MSFMamba',
            arch='small',
            img_size=224,
            num_frames=16,
            init_cfg=dict(
                type='Pretrained',
                checkpoint='checkpoints/msf-s_in1k.pth',
                prefix='backbone.'))),
    neck=dict(in_channels=384, block=dict(window=None)))
