# A recognizer to be slid over long videos: windows of 1.6 seconds, 17 classes
# and background, cut by tools/data/window_clips.py. It is a baseline, and
# makes the features of mini-SMG for the localizers.
_base_ = '../msf_mamba/msf-quickstart_mini-smg.py'
model = dict(cls_head=dict(num_classes=18))
train_dataloader = dict(dataset=dict(ann_file='annotations_windows.jsonl'))
val_dataloader = dict(dataset=dict(ann_file='annotations_windows.jsonl'))
test_dataloader = dict(dataset=dict(ann_file='annotations_windows.jsonl'))
train_cfg = dict(max_epochs=4)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        by_epoch=True,
        begin=0,
        end=0.5,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min_ratio=0.01,
        by_epoch=True,
        begin=0.5,
        end=4,
        convert_to_iter_based=True)
]
