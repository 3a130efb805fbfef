import json
import runpy

import pytest

from mmgesture.testing import write_tiny_model


@pytest.fixture
def complexity(repository):
    return runpy.run_path(
        str(repository / 'tools/analysis/complexity.py'))['main']


def test_table_is_shown_and_written(complexity, repository, tmp_path, capsys):
    out = [tmp_path / 'cost.json', tmp_path / 'cost.md']
    configs = [str(repository / f'configs/{name}.py')
               for name in ('videomamba/videomamba-t_smg',
                            'msf_mamba/msf-t_smg')]
    assert complexity([*configs, '--out', *map(str, out)]) == 0
    text = capsys.readouterr().out
    assert 'videomamba-t_smg' in text and '6.96' in text
    assert 'most papers call FLOPs' in text
    rows = json.loads(out[0].read_text())['rows']
    assert [row['config'] for row in rows] == ['videomamba-t_smg',
                                               'msf-t_smg']
    assert 'latency' not in rows[0]
    assert '| msf-t_smg |' in out[1].read_text()


def test_latency_and_memory_stand_beside_the_counts(complexity, tmp_path,
                                                    capsys, monkeypatch):
    config, _ = write_tiny_model(tmp_path)
    measured = dict(
        settings=dict(repeats=3, warmup=1, threads=1, batch_size=1,
                      device='cpu', precision='fp32'),
        latency=dict(median_s=0.012, iqr_s=0.001, median_per_clip_s=0.012),
        memory=dict(peak_mib=123., weights_mib=1.))
    asked = []

    def profile(path, options, *size):
        asked.append((path, options.repeats, size))
        return measured

    # the measuring itself: tests/analysis/test_profiling.py
    monkeypatch.setitem(complexity.__globals__, 'profile_config', profile)
    out = tmp_path / 'cost.json'
    assert complexity([
        config, '--latency', '--repeats', '3', '--classes', '9', '--frames',
        '4', '--size', '32', '--out', str(out)
    ]) == 0
    assert asked == [(config, 3, (9, 4, 32))]
    text = capsys.readouterr().out
    assert 'Latency: median of 3 calls' in text and 'busy' not in text
    row, = json.loads(out.read_text())['rows']
    assert row['memory']['peak_mib'] == 123 and row['num_classes'] == 9
    measured['latency']['iqr_s'] = 0.006
    assert complexity([config, '--latency', '--frames', '4', '--size',
                       '32']) == 0
    assert '50% of the median apart: the machine was busy' in \
        capsys.readouterr().out


def test_missing_config_is_told_and_nothing_written(complexity, tmp_path,
                                                    capsys):
    out = tmp_path / 'cost.json'
    code = complexity([str(tmp_path / 'gone.py'), '--out', str(out)])
    assert code == 1 and not out.exists()
    assert 'gone.py: expected a config file' in capsys.readouterr().err


@pytest.mark.parametrize('options, message', [
    (['--out', 'cost.txt'], r"names that end in"),
    (['--precision', 'fp16'], 'fp16'),
])
def test_wrong_options_are_told_before_anything_runs(complexity, options,
                                                     message, capsys):
    with pytest.raises(SystemExit):
        complexity(['x.py', *options])
    assert message in capsys.readouterr().err


def test_option_out_of_range_is_told(complexity, capsys):
    assert complexity(['x.py', '--threads', '0']) == 1
    assert 'threads expected' in capsys.readouterr().err
