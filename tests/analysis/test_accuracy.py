import json

import pytest

from mmgesture.analysis.accuracy import (MEASURED, REPORTED, Result, cost_of,
                                         family_of, join, read_results,
                                         variant_of)


def result(config='msf-s', dataset='smg', top1=50., **changes):
    values = dict(name=config.upper(), config=config, dataset=dataset,
                  top1=top1, top5=80., source=MEASURED)
    return Result(**dict(values, **changes))


def write(path, data):
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def test_list_of_rows_is_read(tmp_path):
    path = write(tmp_path / 'r.json', [
        dict(name='Ours', config='configs/msf_mamba/msf-s_smg.py', top1=55.5,
             top5=90, source=MEASURED, top1_std=1.5)
    ])
    assert read_results(path) == [
        Result('Ours', 'msf-s_smg', 'smg', 55.5, 90., MEASURED, False, 1.5)
    ]


def test_csv_is_read(tmp_path):
    path = write(
        tmp_path / 'r.csv', 'name,config,top1,top5,source,grey\n'
        'A,c3d_mini-smg,36.07,,reported by the authors,true\n')
    assert read_results(path) == [
        Result('A', 'c3d_mini-smg', 'mini-smg', 36.07, None, REPORTED, True)
    ]


def test_file_of_fractions_becomes_per_cent(tmp_path):
    path = write(tmp_path / 'r.json', [
        dict(name=n, config='x', top1=v, top5=0.9, top1_std=0.02,
             source=MEASURED) for n, v in (('a', 0.5), ('b', 1.))
    ])
    first, second = read_results(path)
    assert (first.top1, first.top5, first.spread) == (50, 90, 2)
    assert second.top1 == 100


def test_reported_rows_are_all_read(repository):
    rows = read_results(repository / 'configs/baselines/reported.json')
    assert len(rows) == 40 and {r.source for r in rows} == {REPORTED}
    assert {r.dataset for r in rows} == {'smg', 'imigue'}
    assert sum(r.grey for r in rows) == 10
    best = max((r for r in rows if r.dataset == 'smg'), key=lambda r: r.top1)
    assert (best.name, best.top1, best.top5) == ('MSF-Mamba-M+', 60.13, 89.83)


@pytest.mark.parametrize('row, what', [
    (dict(name='a', top1=3, source=MEASURED), 'config'),
    (dict(name='a', config='c', source=MEASURED), 'top1'),
    (dict(config='c', top1=3, source=MEASURED), 'model'),
    (dict(name='a', config='c', top1='x', source=MEASURED), 'could not'),
    (dict(name='a', config='c', top1=3, source='me'), "'measured here' or"),
    ('text', 'got .text.'),
])
def test_wrong_row_is_named_with_file_and_number(tmp_path, row, what):
    good = dict(name='a', config='c', top1=30., source=MEASURED)
    path = write(tmp_path / 'r.json', [good, row])
    with pytest.raises(ValueError, match=rf'r\.json: row 2:.*{what}'):
        read_results(path)


def test_accuracy_beyond_a_hundred_is_refused(tmp_path):
    path = write(tmp_path / 'r.json',
                 [dict(name='a', config='c', top1=101, source=MEASURED)])
    with pytest.raises(ValueError, match='row 1.*between 0 and 100.*101'):
        read_results(path)


@pytest.mark.parametrize('text', ['{', '3', '{"rows": 4}'])
def test_file_without_rows_is_named(tmp_path, text):
    with pytest.raises(ValueError, match=r'r\.json: (expected|not JSON)'):
        read_results(write(tmp_path / 'r.json', text))


@pytest.mark.parametrize('config, family, variant', [
    ('msf-s-plus_smg', 'MSF-Mamba+', 'S'), ('msf-t', 'MSF-Mamba', 'T'),
    ('videomamba-m_imigue', 'VideoMamba', 'M'), ('c3d-224px', 'CNN', ''),
    ('uniformerv2-b_smg', 'Transformer', 'B'), ('tsn-r50_smg', 'CNN', ''),
    ('mine_smg', 'other', '')])
def test_family_and_size_come_from_the_name(config, family, variant):
    assert family_of(config) == family
    assert variant_of(config) == variant


def table(*configs, **changes):
    return {
        name: dict(dict(config=name, params=30e6, flops=2e11, macs=1e11),
                   **changes) for name in configs
    }


def test_costs_are_in_the_units_of_the_axes():
    row = dict(params=30e6, flops=2e11, macs=1e11)
    assert cost_of(row, 'params') == 30
    assert cost_of(row, 'flops') == 200 and cost_of(row, 'macs') == 100
    assert cost_of(row, 'latency') is None and cost_of(row, 'memory') is None
    row.update(latency=dict(median_per_clip_s=.2), memory=dict(peak_mib=7.))
    assert cost_of(row, 'latency') == 200 and cost_of(row, 'memory') == 7


def test_model_finds_its_own_config_before_another_data_set():
    costs = table('msf-s_imigue', 'msf-s_smg')
    costs['msf-s_smg']['flops'] = 3e11
    points, missing = join([result()], costs, 'flops')
    assert [p.cost for p in points] == [300] and not missing
    points, _ = join([result()], table('msf-s_imigue'), 'flops')
    assert [p.cost for p in points] == [200]


def test_variant_never_takes_the_cost_of_the_plain_model():
    points, missing = join([result('msf-s_smg_scalar')], table('msf-s_smg'),
                           'flops')
    assert points == [] and 'msf-s_smg_scalar' in missing[0]
    # nor the plain model that of a variant
    points, _ = join([result()], table('msf-s_smg_scalar'), 'flops')
    assert points == []


def test_points_carry_name_size_source_and_spread():
    rows = [result(source=REPORTED, grey=True), result(spread=1.)]
    points, _ = join(rows, table('msf-s_smg'), 'macs')
    assert [p.name for p in points] == ['MSF-S*', 'MSF-S']
    assert [p.measured for p in points] == [False, True]
    assert points[1].spread == 1 and points[1].size == 30
    assert points[1].variant == 'S' and points[1].accuracy == 50
    points, _ = join(rows, table('msf-s_smg'), 'macs', metric='top5')
    assert points[1].accuracy == 80 and points[1].spread is None


def test_what_is_left_out_is_said():
    rows = [result(), result('tsm-r50'), result('c3d', top5=None)]
    points, missing = join(rows, table('msf-s_smg', 'c3d_smg'), 'latency')
    assert points == []
    assert 'no latency' in missing[0] and 'not in the table' in missing[1]
    _, missing = join(rows, table('c3d_smg'), 'flops', metric='top5')
    assert 'no top5' in missing[-1]


def test_two_data_sets_do_not_share_an_axis():
    with pytest.raises(ValueError, match=r"\['mini-smg', 'smg'\]"):
        join([result(), result(dataset='mini-smg')], {}, 'flops')
