# MA-Net, ResNet-50: TSM with squeeze-and-excitation before the shift, and a
# word vector of the label as second target. The paper's vectors: set
# label_vectors to a .npy file of shape (classes, 300) or to
# glove.6B.300d.txt; None hashes the letters of the names, and says so.
_base_ = './tsm-r50.py'
model = dict(
    backbone=dict(type='MANet'),
    cls_head=dict(
        _delete_=True,
        type='MANetHead',
        num_classes=17,
        in_channels=2048,
        num_segments=16,
        classes='mmgesture.datasets.smg.SMG_CLASSES',
        label_vectors=None,
        emb_loss_weight=50.,
        dropout_ratio=0.5,
        init_std=0.001,
        average_clips='prob'))
