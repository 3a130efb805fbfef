from types import SimpleNamespace

from mmgesture.engine.hooks.run_record_hook import (annotation_hashes,
                                                    installed_packages)
from mmgesture.structures.annotation import annotation_hash


def test_versions_that_results_depend_on_are_there():
    found = installed_packages()
    assert {'torch', 'mmengine', 'mmaction2', 'numpy'} <= set(found)
    assert 'mamba-ssm' not in found or found['mamba-ssm']


def test_annotation_files_are_found_through_wrappers(tmp_path):
    path = tmp_path / 'annotations.jsonl'
    path.write_text('{}\n')
    dataset = SimpleNamespace(ann_file=str(path))
    wrapped = SimpleNamespace(dataset=dataset)
    loop = SimpleNamespace(dataloader=SimpleNamespace(dataset=wrapped))
    runner = SimpleNamespace(
        _train_loop=loop, _val_loop=dict(type='ValLoop'), _test_loop=None)
    assert annotation_hashes(runner) == dict(
        train=dict(file=str(path), hash=annotation_hash(str(path))))


def test_every_file_of_a_concatenation_is_recorded_once(tmp_path):
    paths = [tmp_path / name for name in ('a.jsonl', 'b.jsonl', 'a.jsonl')]
    for path in paths:
        path.write_text(f'{path.name}\n')
    joined = SimpleNamespace(
        datasets=[SimpleNamespace(ann_file=str(path)) for path in paths])
    loop = SimpleNamespace(dataloader=SimpleNamespace(dataset=joined))
    runner = SimpleNamespace(
        _train_loop=loop, _val_loop=None, _test_loop=None)
    found = annotation_hashes(runner)
    assert {k: v['file'] for k, v in found.items()} == {
        'train': str(paths[0]),
        'train[1]': str(paths[1])
    }
    assert found['train']['hash'] != found['train[1]']['hash']
