# SMG, untrimmed, for streams: frames of 96 px, 10 a second; windows of 128
# steps are 13 seconds, those of a test whole videos.
_base_ = './mini-smg_stream-rgb.py'
data_root = 'data/smg'

train_pipeline = [
    dict(type='OpenVideo'),
    dict(type='SampleWindowFrames'),
    dict(type='DecodeVideo', short_side=108),
    dict(type='RandomCrop', size=96),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackWindowInputs')
]
test_pipeline = [
    dict(type='OpenVideo'),
    dict(type='SampleWindowFrames'),
    dict(type='DecodeVideo', short_side=96),
    dict(type='CenterCrop', crop_size=96),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackWindowInputs')
]

train_dataloader = dict(
    num_workers=4,
    dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = dict(
    dataset=dict(
        data_root=data_root, window_size=10240, pipeline=test_pipeline))
test_dataloader = dict(
    dataset=dict(
        data_root=data_root, window_size=10240, pipeline=test_pipeline))

stream = dict(short_side=96, crop=(96, 96))
