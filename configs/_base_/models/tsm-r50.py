# TSM, ResNet-50: as TSN, with an eighth of the channels shifted each way
# ahead of every block. num_segments is the clip_len of the pipeline.
# Flip needs no flip_label_map (Something-Something does): no class of SMG,
# iMiGUE, MA-52 or mini-SMG names a side, so its mirror image is the same.
_base_ = './tsn-r50.py'
model = dict(
    backbone=dict(type='GestureResNetTSM', num_segments=16, shift_div=8),
    cls_head=dict(
        type='TSMHead', num_segments=16, dropout_ratio=0.5, init_std=0.001))
