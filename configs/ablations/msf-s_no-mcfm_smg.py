_base_ = [
    '../_base_/models/msf-s.py', '../_base_/datasets/smg.py',
    '../_base_/schedules/adamw_30e.py', '../_base_/default_runtime.py'
]
# The encoder alone: its map is averaged over space and time, no neck.
model = dict(necks=[])
