import importlib
import json
import sys

import pytest
import torch


@pytest.fixture
def benchmark(repository, monkeypatch):
    monkeypatch.syspath_prepend(str(repository / 'tools' / 'benchmarks'))
    threads = torch.get_num_threads()
    yield importlib.import_module('localizers')
    torch.set_num_threads(threads)
    for name in ('common', 'localizers'):
        sys.modules.pop(name, None)


def test_ratios_are_of_one_run_and_both_suppressions_agree(
        benchmark, tmp_path, monkeypatch):
    build = benchmark.build

    def small(name, channels):
        head = dict(embed_dims=16, num_layers=1) if 'point' in name else {}
        return build(name, channels, **head)

    monkeypatch.setattr(benchmark, 'build', small)
    code = benchmark.main([
        '--steps', '16', '--channels', '8', '--points', '20', '--repeats',
        '1', '--warmup', '0', '--threads', '1', '--out', str(tmp_path)
    ])
    assert code == 0
    record = json.loads((tmp_path / 'localizers.json').read_text())
    rows = {row['what']: row for row in record['rows']}
    assert rows['actionformer_smg']['times_actionformer'] == 1
    assert set(rows) == {
        'actionformer_smg', 'dyfadet_smg', 'dyfadet-sta_smg', 'pointtad_smg',
        'pointtad-mamba_smg'
    }
    times = record['results']['suppression']
    assert record['results']['ratio'] == pytest.approx(
        times['textbook']['median'] / times['ours']['median'])
    assert record['results']['difference'] < 1e-12
