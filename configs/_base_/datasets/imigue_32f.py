# iMiGUE's clips as MM-Gesture's Video Swins see them: 32 frames; four clips of
# three crops in the test. The frames are spread over the gesture; SampleFrames
# of 32 x 2 would wrap the many that are shorter than 64.
_base_ = './imigue.py'
frames = dict(UniformSampleSegment=dict(clip_len=32))
train_pipeline = [
    dict(step, **frames.get(step['type'], {}))
    for step in _base_.train_pipeline
]
val_pipeline = [
    dict(step, **frames.get(step['type'], {})) for step in _base_.test_pipeline
]
test_pipeline = [
    dict(type='OpenVideo'),
    dict(type='UniformSampleSegment', clip_len=32, num_clips=4),
    dict(type='DecodeVideo', short_side=224),
    dict(type='Resize', scale=(-1, 224)),
    dict(type='ThreeCrop', crop_size=224),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackGestureInputs')
]

train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=val_pipeline))
test_dataloader = dict(batch_size=1, dataset=dict(pipeline=test_pipeline))
