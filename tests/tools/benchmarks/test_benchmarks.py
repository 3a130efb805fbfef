import importlib
import json
import shutil
import subprocess
import sys

import pytest
import torch

from mmgesture.testing import write_tiny_model, write_tiny_set

OWN = ('annotations', 'common', 'footage', 'matmuls', 'memory', 'zoo', 'mcfm',
       'models', 'pipeline', 'scaling', 'taylor', 'train_step')


@pytest.fixture
def benchmark_script(repository, monkeypatch):
    """Import a benchmark as when it is run as a script."""
    # children of memory.py look for their modules there as well
    monkeypatch.syspath_prepend(str(repository / 'tools' / 'benchmarks'))
    threads = torch.get_num_threads()
    yield importlib.import_module
    torch.set_num_threads(threads)
    for name in OWN:
        sys.modules.pop(name, None)


def read(folder, name):
    record = json.loads((folder / f'{name}.json').read_text())
    assert record['name'] == name
    assert record['machine']['processor'] and record['machine']['date']
    table = (folder / f'{name}.md').read_text()
    assert table.startswith(f'# {name}\n\n| ')
    assert record['machine']['processor'] in table
    return record


def test_models_gives_ratios_share_and_agreement(benchmark_script, tmp_path):
    write_tiny_set(tmp_path / 'set')
    config, checkpoint = write_tiny_model(tmp_path)
    code = benchmark_script('models').main([
        '--models', 'MSF-Mamba-S', 'Video Swin-T', '--frames', '2', '--size',
        '32', '--repeats', '1', '--warmup', '0', '--threads', '1', '--out',
        str(tmp_path), '--checkpoint', config, checkpoint,
        str(tmp_path / 'set')
    ])
    assert code == 0
    record = read(tmp_path, 'models')
    assert [row['model'] for row in record['rows']
            ] == ['MSF-Mamba-S', 'Video Swin-T']
    times = record['results']['times']
    ratio = record['results']['ratios']['MSF-Mamba-S / Video Swin-T']
    assert ratio == pytest.approx(times['MSF-Mamba-S fp32']['median'] /
                                  times['Video Swin-T fp32']['median'])
    same = record['results']['bf16_agreement']
    assert same['samples'] == 3 and 0 <= same['agreement'] <= 1
    assert 'test samples' in (tmp_path / 'models.md').read_text()


@pytest.mark.parametrize('name',
                         ['I3D-R50', 'TSM-R50', 'TimeSformer'])
def test_peers_are_built_without_a_download(benchmark_script, name):
    with torch.device('meta'):
        model = benchmark_script('zoo').build(name, frames=16)
    assert sum(p.numel() for p in model.parameters()) > 2e7
    assert not model.training


def test_uniformer_takes_clips_of_any_length(benchmark_script):
    zoo = benchmark_script('zoo')
    forward = zoo.forward_of(
        zoo.build('UniFormerV2-B', 2, 32), torch.randn(1, 1, 3, 2, 32, 32),
        False)
    assert forward().shape == (1, 400)


def test_products_are_counted_with_their_flops(benchmark_script):
    matmuls = benchmark_script('matmuls')
    linear = torch.nn.Linear(8, 4, bias=False)
    conv = torch.nn.Conv3d(2, 3, 3, padding=1, bias=False)
    depthwise = torch.nn.Conv1d(4, 4, 3, groups=4)
    x, clip = torch.randn(5, 8), torch.randn(1, 2, 4, 4, 4)

    def forward():
        with torch.no_grad():
            depthwise(linear(x).T)
            return linear(x), conv(clip)

    found = matmuls.product_seconds(forward, repeats=1, warmup=0)
    # 2 products of 2*5*8*4, 27 taps of 2 -> 3 channels at 64 places
    assert found['gflop'] * 1e9 == pytest.approx(2 * 320 + 2 * 27 * 6 * 64)
    assert sorted(rate['calls'] for rate in found['rates']) == [1, 2]
    assert found['share'] == found['seconds'] / found['forward_seconds']


def test_forms_of_mcfm_agree(benchmark_script, tmp_path):
    code = benchmark_script('mcfm').main([
        '--channels', '8', '--frames', '4', '--side', '5', '--repeats', '1',
        '--warmup', '0', '--threads', '1', '--out', str(tmp_path)
    ])
    assert code == 0
    errors = read(tmp_path, 'mcfm')['results']['errors']
    assert all(error < (2e-2 if 'bf16' in name else 1e-5)
               for name, error in errors.items()), errors


def test_train_step_gives_speedup_and_memory(benchmark_script, tmp_path):
    code = benchmark_script('train_step').main([
        '--frames', '2', '--size', '32', '--batch', '2', '--repeats', '1',
        '--warmup', '0', '--threads', '1', '--out', str(tmp_path)
    ])
    assert code == 0
    record = read(tmp_path, 'train_step')
    assert len(record['rows']) == 3
    assert all(row['peak_MiB'] > 0 for row in record['rows'])


def test_scaling_draws_its_figure(benchmark_script, tmp_path):
    scaling = benchmark_script('scaling')
    code = scaling.main([
        '--models', 'MSF-Mamba-T', '--frames', '4', '2', '--size', '32',
        '--repeats', '1', '--warmup', '0', '--threads', '1', '--out',
        str(tmp_path)
    ])
    assert code == 0
    results = read(tmp_path, 'scaling')['results']
    assert results['frames'] == [2, 4]
    assert set(results['times']['MSF-Mamba-T']) == {'2', '4'}
    assert (tmp_path / 'scaling.png').read_bytes().startswith(b'\x89PNG')


def test_memory_of_a_call_is_its_own(benchmark_script):
    memory = benchmark_script('memory')
    peak = memory.peak_of(bytes_maker, (64, ), 1)
    assert 63 < peak < 90
    with pytest.raises(RuntimeError, match='exit code 1'):
        memory.peak_of(bytes_maker, (-1, ), 1)


def bytes_maker(mebibytes):
    if mebibytes < 0:
        raise ValueError('expected a positive size')
    return lambda: b'1' * (mebibytes * 2**20)


def test_pipeline_compares_both_sources(benchmark_script, tmp_path):
    pytest.importorskip('decord')
    code = benchmark_script('pipeline').main([
        '--files', '1', '--seconds', '1', '--height', '288', '--repeats', '1',
        '--warmup', '0', '--threads', '1', '--loop-steps', '0', '--out',
        str(tmp_path)
    ])
    assert code == 0
    record = read(tmp_path, 'pipeline')
    assert len(record['rows']) == 4
    assert set(record['results']['ratios']) == {'288p', '256-px clips'}


@pytest.mark.skipif(shutil.which('bash') is None, reason='needs bash')
def test_run_all_assembles_what_succeeded(repository, tmp_path):
    fake = tmp_path / 'python'
    fake.write_text('#!/bin/bash\n'
                    'name="$(basename "$1" .py)"; out="$3"\n'
                    'test "$name" = mcfm && exit 1\n'
                    'printf "# %s\\n" "$name" > "$out/$name.md"\n')
    fake.chmod(0o755)
    out = tmp_path / 'results'
    script = repository / 'tools' / 'benchmarks' / 'run_all.sh'
    done = subprocess.run(['bash', str(script)],
                          env=dict(
                              PATH='/usr/bin:/bin',
                              PYTHON=str(fake),
                              OUT=str(out)),
                          capture_output=True,
                          text=True)
    assert done.returncode == 1 and 'Failed: mcfm' in done.stderr
    text = (out / 'README.md').read_text()
    assert '## scan\n' in text and '## pipeline\n' in text
    assert '## mcfm' not in text and str(out) in done.stdout


def test_workers_share_the_records_and_copy_none_of_them(
        benchmark_script, tmp_path):
    code = benchmark_script('annotations').main([
        '--clips', '8000', '--workers', '2', '--repeats', '1', '--out',
        str(tmp_path)
    ])
    assert code == 0
    record = read(tmp_path, 'annotations')
    shared, objects = record['rows']
    assert shared['copied_pages_percent'] == 0
    grown = [row['private_after_MiB'] - row['private_before_MiB']
             for row in (shared, objects)]
    assert grown[0] < min(2, grown[1] / 2), grown
    assert record['results']['block_MiB'] > 1
