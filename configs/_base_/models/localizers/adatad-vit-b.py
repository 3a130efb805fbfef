_base_ = './adatad-vit-s.py'
model = dict(
    backbone=dict(
        channels=768,
        backbone=dict(
            embed_dims=768,
            num_heads=12,
            init_cfg=dict(
                checkpoint='checkpoints/vit-b16_videomaev2-k710.pth'))),
    neck=dict(in_channels=768))
