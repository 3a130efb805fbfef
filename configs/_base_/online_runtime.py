# Localizers: the best checkpoint is that with the best F1 on the validation
# videos, at the threshold tuned there.
_base_ = './default_runtime.py'
default_hooks = dict(
    checkpoint=dict(save_best='detection/f1', rule='greater'))
