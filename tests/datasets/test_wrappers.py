from types import SimpleNamespace

from mmgesture.datasets.wrappers import inner_datasets


def test_data_sets_are_found_in_order_through_any_nesting():
    a, b, c = (SimpleNamespace(name=name) for name in 'abc')
    repeated = SimpleNamespace(dataset=SimpleNamespace(dataset=b))
    joined = SimpleNamespace(datasets=[a, repeated, c])
    assert list(inner_datasets(joined)) == [a, b, c]
    assert list(inner_datasets(a)) == [a]
