# From scratch with tens of millions of parameters: a tenth of the learning
# rate of adamw_scratch.py.
_base_ = './adamw_scratch.py'
optim_wrapper = dict(optimizer=dict(lr=2e-4))
