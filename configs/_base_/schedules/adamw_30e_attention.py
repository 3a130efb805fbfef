# adamw_30e.py with the attention baselines' own names: no weight decay on
# their embeddings, but on UniFormer's position encoding, a convolution.
_base_ = './adamw_30e.py'
optim_wrapper = dict(
    paramwise_cfg=dict(
        custom_keys={
            'time_embed': dict(decay_mult=0.),
            'positional_embedding': dict(decay_mult=0.),
            'relative_position_bias_table': dict(decay_mult=0.),
            'pos_embed.weight': dict(decay_mult=1.),
        }))
