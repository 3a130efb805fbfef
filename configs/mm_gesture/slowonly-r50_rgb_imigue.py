_base_ = [
    '../_base_/models/slowonly-r50.py', '../_base_/datasets/imigue_person.py',
    '../_base_/schedules/sgd_slowonly.py', '../_base_/default_runtime.py'
]
