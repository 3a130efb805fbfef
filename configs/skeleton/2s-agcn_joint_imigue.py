_base_ = [
    '../_base_/models/2s-agcn.py', '../_base_/datasets/imigue_graph.py',
    '../_base_/schedules/sgd_gcn.py', '../_base_/default_runtime.py'
]
