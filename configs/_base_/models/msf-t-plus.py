# MSF-Mamba-T+: MCFM at windows 3, 5 and 7, weighed by ASWM.
_base_ = './msf-t.py'
model = dict(
    necks=[
        dict(type='MCFM', in_channels=192, windows=(3, 5, 7)),
        dict(type='ASWM', in_channels=192, num_scales=3)
    ])
