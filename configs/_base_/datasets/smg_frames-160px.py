# SMG's frames at 160 px and the videos' own rate, as AdaTAD wants them:
# windows of 768 frames are 27 seconds.
_base_ = './smg_frames.py'
window_size = 768
frames = dict(_delete_=True)

train_pipeline = [
    dict(type='OpenVideo'),
    dict(type='SampleWindowFrames'),
    dict(type='DecodeVideo', short_side=182),
    dict(type='RandomCrop', size=160),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackWindowInputs')
]
test_pipeline = [
    dict(type='OpenVideo'),
    dict(type='SampleWindowFrames'),
    dict(type='DecodeVideo', short_side=160),
    dict(type='CenterCrop', crop_size=160),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackWindowInputs')
]

train_dataloader = dict(
    dataset=dict(
        window_size=window_size,
        overlap=0.5,
        frames=frames,
        pipeline=train_pipeline))
val_dataloader = dict(
    dataset=dict(
        window_size=window_size, frames=frames, pipeline=test_pipeline))
test_dataloader = dict(
    dataset=dict(
        window_size=window_size, frames=frames, pipeline=test_pipeline))
