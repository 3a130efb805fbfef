import importlib
import json
import sys

import pytest
import torch


@pytest.fixture
def benchmark(repository, monkeypatch):
    monkeypatch.syspath_prepend(str(repository / 'tools' / 'benchmarks'))
    threads = torch.get_num_threads()
    yield importlib.import_module('pose_heatmap')
    torch.set_num_threads(threads)
    for name in ('common', 'pose_heatmap'):
        sys.modules.pop(name, None)


def test_both_draw_the_same_and_the_ratio_is_of_one_run(benchmark, tmp_path):
    code = benchmark.main([
        '--layout', 'coco-17', '--frames', '3', '--size', '32', '--persons',
        '2', '--repeats', '2', '--warmup', '0', '--threads', '1', '--out',
        str(tmp_path)
    ])
    assert code == 0
    record = json.loads((tmp_path / 'pose_heatmap.json').read_text())
    assert [(row['maps'], row['by']) for row in record['rows']] == [
        ('joints', 'MMAction2'), ('joints', 'ours'), ('limbs', 'MMAction2'),
        ('limbs', 'ours')]
    for name in ('joints', 'limbs'):
        found = record['results'][name]
        assert found['difference'] < 2e-4
        times = found['times']
        assert found['ratio'] == pytest.approx(
            times['MMAction2']['median'] / times['ours']['median'])
