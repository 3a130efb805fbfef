import csv
import json

import pytest

from mmgesture.analysis.table import (cell, columns_of, flat_row, read_tables,
                                      settings_note, write_table)

MACHINE = dict(device='a processor', torch='2.13.0')


def row(config='msf-t_smg', latency=None, **changes):
    found = dict(
        config=config,
        input=[1, 16, 224, 224],
        resized_to=None,
        num_classes=17,
        params=9_000_000,
        params_by_part=dict(
            backbone=7_000_000, necks=1_900_000, head=100_000, other=0),
        macs=20_000_000_000,
        flops=47_000_000_000,
        flops_by_kind={
            'matrix products': 30 * 10**9,
            'convolutions': 10 * 10**9,
            'selective scan': 7 * 10**9
        },
        flops_by_part=dict(
            backbone=35 * 10**9, necks=12 * 10**9, head=0, other=0),
        uncounted=[])
    if latency is not None:
        found.update(
            settings=dict(
                repeats=5, warmup=1, threads=2, batch_size=1, device='cpu',
                precision='fp32'),
            latency=dict(
                median_s=latency, iqr_s=0.01, median_per_clip_s=latency),
            memory=dict(peak_mib=300., weights_mib=34.))
    return dict(found, **changes)


def test_flat_row_is_in_the_units_of_its_columns():
    flat = flat_row(row(latency=0.25))
    assert flat['params (M)'] == 9 and flat['necks (M)'] == 1.9
    assert flat['GMACs'] == 20 and flat['GFLOPs'] == 47
    assert flat['scan (GFLOPs)'] == 7
    assert flat['latency (ms)'] == 250 and flat['memory (MiB)'] == 300
    assert flat['input'] == '1 x 16 x 224 x 224'
    assert flat_row(row(resized_to=112))['input'].endswith('-> 112')


def test_columns_of_zeros_are_left_out():
    names = columns_of([flat_row(row()), flat_row(row(latency=1.))])
    assert 'other (M)' not in names
    assert 'latency (ms)' in names and 'necks (M)' in names


@pytest.mark.parametrize('value, text', [
    (None, '-'), ('a', 'a'), (3, '3'), (0., '0'), (627.1625, '627.16'),
    (0.0065, '0.0065'), (1.376, '1.38')])
def test_cells_have_as_many_digits_as_are_read(value, text):
    assert cell(value) == text


def test_files_hold_the_same_rows(tmp_path):
    rows = [row(), row('msf-s_smg', latency=0.5)]
    for suffix in ('json', 'md', 'csv'):
        write_table(tmp_path / f'cost.{suffix}', rows, MACHINE)
    table = json.loads((tmp_path / 'cost.json').read_text())
    assert table['rows'] == rows and table['machine'] == MACHINE
    lines = (tmp_path / 'cost.md').read_text().splitlines()
    assert lines[0].startswith('| config | input | params (M) |')
    assert lines[2].startswith('| msf-t_smg |') and '| - |' in lines[2]
    assert len({line.count('|') for line in lines[:4]}) == 1
    assert 'a processor, threads: 2' in lines[-1]
    with open(tmp_path / 'cost.csv', newline='') as file:
        found = list(csv.DictReader(file))
    assert float(found[1]['latency (ms)']) == 500
    assert found[0]['latency (ms)'] == ''
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        'cost.csv', 'cost.json', 'cost.md']


def test_unknown_suffix_and_empty_table_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r'cost\.txt.*\.json'):
        write_table(tmp_path / 'cost.txt', [row()], MACHINE)
    with pytest.raises(ValueError, match='at least one row'):
        write_table(tmp_path / 'cost.json', [], MACHINE)
    assert not list(tmp_path.iterdir())


def test_later_table_adds_what_an_earlier_one_lacks(tmp_path):
    first, second = tmp_path / 'a.json', tmp_path / 'b.json'
    write_table(first, [row(), row('msf-s_smg')], dict(MACHINE, device='A'))
    write_table(second, [row(latency=0.2)], MACHINE)
    joined = read_tables([first, second])
    assert joined['msf-t_smg']['latency']['median_s'] == 0.2
    assert joined['msf-t_smg']['machine'] == MACHINE
    assert 'latency' not in joined['msf-s_smg']


def test_latencies_of_two_machines_are_not_joined(tmp_path):
    first, second = tmp_path / 'a.json', tmp_path / 'b.json'
    write_table(first, [row(latency=0.2)], MACHINE)
    write_table(second, [row('msf-s_smg', 0.2)], dict(MACHINE, device='GPU'))
    with pytest.raises(ValueError, match='msf-t_smg.*a processor.*on GPU'):
        read_tables([first, second])


@pytest.mark.parametrize('text', ['no json', '[]', '{"rows": []}'])
def test_file_that_is_no_table_is_named(tmp_path, text):
    path = tmp_path / 'x.json'
    path.write_text(text)
    with pytest.raises(ValueError, match=r'x\.json: (expected a json|not JSON)'):
        read_tables([path])


def test_threads_are_told_of_the_cpu_only():
    settings = row(latency=1.)['settings']
    assert 'threads: 2' in settings_note(MACHINE, settings)
    assert 'threads' not in settings_note(
        MACHINE, dict(settings, device='cuda'))
