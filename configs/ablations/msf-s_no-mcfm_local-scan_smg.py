_base_ = [
    '../_base_/models/msf-s.py', '../_base_/datasets/smg.py',
    '../_base_/schedules/adamw_30e.py', '../_base_/default_runtime.py'
]
model = dict(backbone=dict(scan_order='local', scan_window=7), necks=[])
