# MA-52, 52 classes in 7 body groups; the test labels are withheld.
_base_ = './smg.py'
data_root = 'data/ma52'
train_dataloader = dict(dataset=dict(data_root=data_root))
val_dataloader = dict(dataset=dict(data_root=data_root))
test_dataloader = dict(dataset=dict(data_root=data_root))
