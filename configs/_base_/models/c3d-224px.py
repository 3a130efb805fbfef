# C3D on 224 px: fc6 sees 512 x 1 x 8 x 8 values, 32768. Of a checkpoint made
# at 112 px, fc6 does not fit and keeps its initial values.
_base_ = './c3d.py'
model = dict(
    data_preprocessor=dict(input_size=None), backbone=dict(out_dim=32768))
