_base_ = [
    '../_base_/models/stgcn.py', '../_base_/datasets/imigue_graph.py',
    '../_base_/schedules/sgd_gcn.py', '../_base_/default_runtime.py'
]
