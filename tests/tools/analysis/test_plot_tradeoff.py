import json
import runpy

import pytest


@pytest.fixture
def plot(repository):
    return runpy.run_path(
        str(repository / 'tools/analysis/plot_tradeoff.py'))['main']


@pytest.fixture
def table(tmp_path):
    rows = [
        dict(config=f'{name}_smg', params=params * 1e6, flops=flops * 1e9,
             macs=flops * 5e8)
        for name, params, flops in (('msf-t', 9, 61), ('msf-s', 33, 219),
                                    ('videomamba-s', 25, 169),
                                    ('tsn-r50', 24, 131))
    ]
    path = tmp_path / 'cost.json'
    path.write_text(json.dumps(
        dict(mmgesture_complexity=1, machine={}, rows=rows)))
    return str(path)


@pytest.fixture
def reported(repository):
    return str(repository / 'configs/baselines/reported.json')


def test_figures_are_drawn_from_reported_accuracies(plot, table, reported,
                                                    tmp_path, capsys):
    outs = [str(tmp_path / 'fig6.png'), str(tmp_path / 'fig6.pdf')]
    assert plot([table, '--accuracy', reported, '--dataset', 'smg', '--out',
                 *outs]) == 0
    told = capsys.readouterr()
    assert '4 models drawn' in told.out
    assert 'left out: C3D (c3d): not in the table of costs' in told.err
    assert (tmp_path / 'fig6.png').read_bytes().startswith(b'\x89PNG')
    assert (tmp_path / 'fig6.pdf').read_bytes().startswith(b'%PDF')


def test_families_metric_and_grey_rows_are_chosen(plot, table, reported,
                                                  tmp_path, capsys):
    out = tmp_path / 'fig5.svg'
    assert plot([
        table, '--accuracy', reported, '--dataset', 'smg', '--figure',
        'lines', '--families', 'MSF-Mamba', 'VideoMamba', '--metric', 'top5',
        '--out', str(out)
    ]) == 0
    assert '3 models drawn' in capsys.readouterr().out
    assert plot([table, '--accuracy', reported, '--dataset', 'smg', '--grey',
                 '--out', str(out)]) == 0
    assert '5 models drawn' in capsys.readouterr().out


@pytest.mark.parametrize('options, message', [
    ([], "different data sets"),
    (['--dataset', 'smg', '--x', 'latency'], 'nothing to draw'),
    (['--dataset', 'ma52'], 'nothing to draw'),
])
def test_what_cannot_be_drawn_is_told(plot, table, reported, tmp_path,
                                      options, message, capsys):
    out = tmp_path / 'fig.png'
    assert plot([table, '--accuracy', reported, '--out', str(out),
                 *options]) == 1
    assert message in capsys.readouterr().err
    assert not out.exists()
