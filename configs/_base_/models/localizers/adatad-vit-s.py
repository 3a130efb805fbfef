# AdaTAD: temporal adapters between the blocks of a frozen VideoMAE ViT-S,
# windows of 768 frames in 48 chunks, ActionFormer's head with attention over
# all steps.
_base_ = './actionformer.py'
model = dict(
    data_preprocessor=dict(
        mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375]),
    backbone=dict(
        type='ClipEncoder',
        channels=384,
        chunk_frames=16,
        adapter=dict(type='temporal', token_size=(2, 16, 16)),
        with_cp=True,
        backbone=dict(
            type='GestureVisionTransformer',
            img_size=224,
            patch_size=16,
            embed_dims=384,
            depth=12,
            num_heads=6,
            mlp_ratio=4,
            num_frames=16,
            norm_cfg=dict(type='LN', eps=1e-6),
            init_cfg=dict(
                type='Pretrained',
                checkpoint='checkpoints/vit-s16_videomaev2-k710.pth'))),
    neck=dict(in_channels=384, block=dict(window=None)))
