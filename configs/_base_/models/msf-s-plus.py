# MSF-Mamba-S+: MCFM at windows 3, 5 and 7, weighed by ASWM.
_base_ = './msf-s.py'
model = dict(
    necks=[
        dict(type='MCFM', in_channels=384, windows=(3, 5, 7)),
        dict(type='ASWM', in_channels=384, num_scales=3)
    ])
