import pytest
from torch import nn

from mmgesture.analysis import analyse_config, count_parameters

CONFIGS = 'configs/{}.py'


def test_parameters_fall_into_the_part_that_holds_them():
    model = nn.Module()
    model.backbone = nn.Linear(2, 3)
    model.neck = nn.ModuleList([nn.Linear(3, 3, bias=False)])
    model.cls_head = nn.Linear(3, 4)
    model.register_parameter('scale', model.backbone.bias)
    model.extra = nn.Linear(1, 1)
    # a shared parameter counts once
    counts = count_parameters(model)
    assert sum(counts.values()) == 9 + 9 + 16 + 2
    assert counts['necks'] == 9 and counts['head'] == 16


@pytest.mark.parametrize('name, params, share', [
    ('videomamba/videomamba-s_smg', 25.42, 0.),
    ('msf_mamba/msf-s_smg', 33.385, 0.23),
    ('msf_mamba/msf-m-plus_imigue', 238.14, 0.68),
])
def test_full_size_models_are_analysed_in_seconds(repository, name, params,
                                                  share):
    row = analyse_config(repository / CONFIGS.format(name))
    assert row['config'] == name.split('/')[1]
    assert row['input'] == [1, 16, 224, 224]
    assert row['params'] / 1e6 == pytest.approx(params, abs=0.02)
    assert row['params'] == sum(row['params_by_part'].values())
    assert row['flops'] == sum(row['flops_by_part'].values())
    assert row['flops'] == sum(row['flops_by_kind'].values())
    assert row['flops_by_part']['necks'] / row['flops'] == pytest.approx(
        share, abs=0.01)
    assert row['uncounted'] == []


def test_dense_fusion_costs_what_table_vii_implies(repository):
    """MSF-S has VideoMamba-S's encoder and 2 x 27 d^2 at every position."""
    row = analyse_config(
        repository / CONFIGS.format('msf_mamba/msf-s_smg'))
    assert row['flops_by_part']['necks'] == 2 * 54 * 384**2 * 16 * 14 * 14
    assert row['params_by_part']['necks'] == 54 * 384**2 + 1


def test_classes_and_size_can_be_changed(repository):
    path = repository / CONFIGS.format('msf_mamba/msf-t_smg')
    row = analyse_config(path, num_classes=52, frames=8, size=112)
    assert row['num_classes'] == 52
    assert row['input'] == [1, 8, 112, 112]
    assert row['params_by_part']['head'] == 193 * 52
    full = analyse_config(path)
    # as many weights beside the head, an eighth of the tokens
    assert full['params_by_part']['necks'] == row['params_by_part']['necks']
    assert full['flops_by_part']['necks'] == 8 * row['flops_by_part']['necks']


def test_clip_that_does_not_fit_the_model_is_told_with_the_config(repository):
    path = repository / CONFIGS.format('msf_mamba/msf-t_smg')
    with pytest.raises(RuntimeError, match=r'msf-t_smg\.py.*width=100'):
        analyse_config(path, size=100)


@pytest.mark.parametrize('name, params, gmacs, resized', [
    ('c3d_smg', 78.07, 38.55, 112),  # at a size of its own
    ('tsm-r50_smg', 23.54, 65.39, None),  # sees frames as images
    ('swin-t_smg', 27.86, 43.88, None),  # cannot be built on meta
])
def test_families_of_baselines_are_analysed(repository, name, params, gmacs,
                                            resized):
    row = analyse_config(repository / CONFIGS.format(f'baselines/{name}'))
    assert row['params'] / 1e6 == pytest.approx(params, abs=0.01)
    assert row['macs'] / 1e9 == pytest.approx(gmacs, abs=0.01)
    assert row['flops'] == 2 * row['macs']
    assert row['resized_to'] == resized and row['uncounted'] == []
