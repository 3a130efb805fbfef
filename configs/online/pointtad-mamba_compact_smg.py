# A decoder of 14 M parameters in place of 230 M.
_base_ = './pointtad-mamba_smg.py'
model = dict(
    head=dict(
        embed_dims=256, decoder=dict(dim_dynamic=16, groups=4)))
