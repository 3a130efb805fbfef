import json
import runpy

import pytest


@pytest.fixture
def tool(repository):
    return runpy.run_path(
        str(repository / 'tools/analysis/training_curves.py'))


def write(work_dir, time, epochs):
    path = work_dir / time / 'vis_data' / 'scalars.json'
    path.parent.mkdir(parents=True)
    lines = []
    for epoch in epochs:
        lines += [
            dict(lr=0.1, loss=1 / epoch, top1_acc=0.5, epoch=epoch,
                 iter=2 * epoch, step=2 * epoch),
            {'gesture/top1': 0.4, 'step': epoch}
        ]
    path.write_text(''.join(json.dumps(line) + '\n' for line in lines))
    return work_dir


def test_runs_are_overlaid_and_resumed_ones_joined(tool, tmp_path, capsys):
    a = write(tmp_path / 'a' / 'seed_0', '1', [1, 2])
    b = write(tmp_path / 'b' / 'seed_0', '1', [1, 2])
    write(b, '2', [2, 3])
    out = tmp_path / 't.png'
    assert tool['main']([str(a), str(b), '--out', str(out)]) == 0
    assert out.read_bytes().startswith(b'\x89PNG')
    rows = out.with_suffix('.csv').read_text().splitlines()[1:]
    assert [row.split(',')[:2] for row in rows] == [
        ['a/seed_0', '1'], ['a/seed_0', '2'], ['b/seed_0', '1'],
        ['b/seed_0', '2'], ['b/seed_0', '3']
    ]
    assert 'b/seed_0: joined 2 logs' in capsys.readouterr().out


def test_names_are_as_short_as_tells_runs_apart(tool):
    assert tool['short_names'](['/w/a', '/w/b']) == ['a', 'b']
    assert tool['short_names'](['/w/a/s', '/w/b/s']) == ['a/s', 'b/s']
    assert tool['short_names'](['/w/a']) == ['a']


def test_folder_without_logs_is_an_error_that_names_it(tool, tmp_path,
                                                       capsys):
    out = tmp_path / 't.png'
    assert tool['main']([str(tmp_path), '--out', str(out)]) == 1
    assert f'{tmp_path}: no log of a training' in capsys.readouterr().err
    assert not out.exists()
    with pytest.raises(SystemExit):
        tool['main']([str(tmp_path), '--names', 'x', 'y'])
