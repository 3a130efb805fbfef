import importlib.util

import pytest

from mmgesture.structures import read_annotations


@pytest.fixture
def convert(repository, capsys):
    """Run the converter in this process: (exit code, output, errors)."""
    spec = importlib.util.spec_from_file_location(
        'ma52_convert', repository / 'tools' / 'data' / 'ma52' / 'convert.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def run(*arguments):
        code = module.main([str(a) for a in arguments])
        captured = capsys.readouterr()
        # lines wrap at the width of the terminal
        return code, *(' '.join(text.split()) for text in captured)

    return run


@pytest.fixture
def root(tmp_path):
    for split, name in (('train', '0003_01_0001'), ('test', 'test0000')):
        (tmp_path / f'videos_{split}').mkdir()
        (tmp_path / f'videos_{split}' / f'{name}.mp4').touch()
        (tmp_path / f'{split}_list_videos.txt').write_text(f'{name}.mp4 0\n')
    return tmp_path


def test_convert_writes_and_tells(convert, root):
    code, out, _ = convert(root)
    assert code == 0 and 'wrote 2 samples' in out
    assert 'note: train: 1 clips listed, the official list has 11,250' in out
    assert 'the labels are hidden' in out and 'note: val: no val_list' in out
    assert 'scratching feet' in out
    records = read_annotations(str(root / 'annotations.jsonl')).records
    assert [r.label for r in records] == [0, None]


def test_options_reach_the_converter(convert, root, tmp_path):
    lists, real = root / 'l', root / 'real.txt'
    lists.mkdir()
    (root / 'test_list_videos.txt').rename(lists / 'test_list_videos.txt')
    real.write_text('test0000.mp4 7\n')
    code, out, _ = convert(root, '--out', root / 'o.jsonl', '--lists', lists,
                           '--test-labels', real, '--dataset', 'mine')
    assert code == 0, out
    found = read_annotations(str(root / 'o.jsonl'))
    assert [(r.split, r.label) for r in found.records] == [('test', 7)]
    assert found.dataset == 'mine'


def test_convert_complains_with_exit_code_one(convert, root):
    (root / 'train_list_videos.txt').write_text('0003_01_0001.mp4 52\n')
    code, _, errors = convert(root)
    assert code == 1
    assert 'train_list_videos.txt line 1: expected a label 0..51' in errors
    code, _, errors = convert(root / 'videos_train')
    assert code == 1 and 'no list of MA-52' in errors
    code, _, errors = convert(root, '--test-labels', root / 'gone.txt')
    assert code == 1 and 'gone.txt' in errors


def test_convert_explains_itself(convert, capsys):
    with pytest.raises(SystemExit) as stop:
        convert('--help')
    assert stop.value.code == 0 and 'Example' in capsys.readouterr().out
