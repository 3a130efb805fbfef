import importlib.util
import json
import pickle

import numpy as np
import pytest

from mmgesture.datasets.convert.imigue_keypoints import read_keypoints
from mmgesture.structures import read_annotations


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tool(repository, capsys):
    """Run a data tool in this process: (exit code, output, errors)."""

    def run(name, *arguments):
        module = load(repository / 'tools' / 'data' / name)
        code = module.main([str(a) for a in arguments])
        captured = capsys.readouterr()
        # lines wrap at the width of the terminal
        return (code, ' '.join(captured.out.split()),
                ' '.join(captured.err.split()))

    return run


@pytest.fixture
def layout(repository):
    return load(repository / 'tests/datasets/convert/imigue_layout.py')


def test_the_official_layout_converts_and_passes_the_check(
        tool, layout, tmp_path):
    pytest.importorskip('openpyxl')
    layout.write_set(tmp_path, skeletons=True)
    code, out, _ = tool('imigue/convert.py', tmp_path)
    assert code == 0
    assert 'miga split: not complete: train 12890 missing, val 775 missing' \
        in out
    assert 'labels: 5 known, 2 hidden; the authors count 18499' in out
    assert 'wrote 7 samples' in out
    records = read_annotations(str(tmp_path / 'annotations.jsonl')).records
    assert len(records) == 7
    assert read_keypoints(str(tmp_path /
                              records[0].keypoints)).shape == (30, 137, 3)
    code, out, _ = tool('check.py', tmp_path / 'annotations.jsonl', '--root',
                        tmp_path)
    assert code == 0 and ' 0 errors' in out


def test_test_ids_and_other_places_are_options(tool, layout, tmp_path):
    root, out_file = tmp_path / 'set', tmp_path / 'a.jsonl'
    layout.write_set(root)
    (tmp_path / 'ids.json').write_text(json.dumps(['0067_1', '0067_0']))
    code, out, _ = tool('imigue/convert.py', root, '--no-keypoints', '--out',
                        out_file, '--test-ids', tmp_path / 'ids.json')
    assert code == 0 and str(out_file.name) in out
    test = read_annotations(str(out_file)).select('test')
    assert [r.sample_id for r in test] == ['0067_1', '0067_0']


def test_errors_are_told_and_exit_with_one(tool, layout, tmp_path):
    code, _, errors = tool('imigue/convert.py', tmp_path)
    assert code == 1 and 'no files <VID>.mp4' in errors
    layout.write_set(tmp_path)
    layout.put_labels(tmp_path, 'train', '0054', [(32, 1, 2)])
    code, _, errors = tool('imigue/convert.py', tmp_path)
    assert code == 1 and '0054_label.csv row 1' in errors
    code, out, _ = tool('imigue/convert.py', tmp_path, '--skip-bad')
    assert code == 0 and 'left out: ' in out
    code, _, errors = tool('imigue/convert.py', tmp_path, '--split',
                           'official')
    assert code == 1 and '--subjects' in errors


def test_the_release_of_2023_has_its_own_options(tool, tmp_path):
    np.save(tmp_path / 'train_data.npy',
            np.ones((2, 3, 90, 22, 1), np.float32))
    with open(tmp_path / 'train_label.pkl', 'wb') as file:
        pickle.dump((['0054_0', '0054_1'], [1, 2]), file)
    arguments = ('imigue/convert.py', tmp_path, '--release', '2023')
    code, _, errors = tool(*arguments)
    assert code == 1 and '--label-base file or index' in errors
    code, out, _ = tool(*arguments, '--label-base', 'file')
    assert code == 0 and 'wrote 2 samples' in out
    with pytest.raises(SystemExit):
        tool(*arguments, '--frame-base', '1')
    with pytest.raises(SystemExit):
        tool('imigue/convert.py', tmp_path, '--label-base', 'file')
