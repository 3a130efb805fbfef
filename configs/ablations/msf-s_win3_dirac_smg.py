_base_ = [
    '../_base_/models/msf-s.py', '../_base_/datasets/smg.py',
    '../_base_/schedules/adamw_30e.py', '../_base_/default_runtime.py'
]
model = dict(
    necks=[
        dict(
            type='MCFM',
            in_channels=384,
            windows=(3, ),
            init='dirac'),
        dict(type='ScaleMean')
    ])
