import subprocess
import sys
from pathlib import Path

import pytest
from mmengine.config import Config

from mmgesture.apis import preflight as module
from mmgesture.apis.preflight import (PreflightError, check,
                                      innermost_datasets, load_config,
                                      pretrained_files, read_manifest,
                                      set_pretrained)
from mmgesture.resources import get_config

SMG = 'msf_mamba/msf-s-plus_smg.py'


def test_it_imports_neither_torch_nor_this_package():
    code = ('import runpy, sys; runpy.run_path(sys.argv[1]); '
            'assert not {"torch", "mmaction", "mmgesture"} & set(sys.modules)')
    subprocess.run([sys.executable, '-c', code, module.__file__], check=True)


def test_data_root_reaches_every_data_set(tmp_path):
    for options, root in ((dict(data_root='a/b'), None), (None, 'a/b'),
                          (dict(data_root='c'), 'a/b')):
        cfg = load_config(get_config(SMG), options, root)
        roots = {
            innermost_datasets(cfg[f'{stage}_dataloader'].dataset)[0].data_root
            for stage in ('train', 'val', 'test')
        }
        assert roots == {'a/b'}


def test_absent_config_lists_the_ones_beside_it():
    path = get_config(SMG).with_name('msf-xl_smg.py')
    with pytest.raises(PreflightError, match='msf-s-plus_smg.py'):
        load_config(path)


def test_absent_data_names_path_access_toy_and_option(tmp_path):
    cfg = load_config(get_config(SMG), None, str(tmp_path / 'smg'))
    with pytest.raises(PreflightError) as caught:
        check(cfg, ('train', 'val'), weights=False)
    for part in (str(tmp_path / 'smg' / 'annotations.jsonl'),
                 'train and val', 'licence agreement',
                 'tools/data/smg/convert.py', 'mini_smg/generate.py',
                 '--data-root'):
        assert part in str(caught.value)
    assert 'iMiGUE' not in str(caught.value)


def test_absent_toy_is_drawn_and_not_asked_for(tmp_path):
    cfg = load_config(get_config(SMG), None, str(tmp_path / 'mini_smg'))
    with pytest.raises(PreflightError, match='generate.py') as caught:
        check(cfg, ('train', ), weights=False)
    assert 'agreement' not in str(caught.value)


def test_absent_weights_name_source_and_the_ways_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'annotations.jsonl').touch()  # no header: not judged here
    cfg = load_config(get_config(SMG), None, str(tmp_path))
    with pytest.raises(PreflightError) as caught:
        check(cfg, ('train', 'val'))
    for part in ('checkpoints/msf-s_in1k.pth', 'OpenGVLab/VideoMamba',
                 'videomamba_s16_in1k_res224.pth', 'sha256 267741f8',
                 '--arch small --target msf_mamba --prefix backbone.',
                 '--from-scratch', '--pretrained'):
        assert part in str(caught.value)
    check(cfg, ('train', 'val'), weights=False)
    set_pretrained(cfg, None)
    assert pretrained_files(cfg) == {}
    check(cfg, ('train', 'val'))


def test_every_missing_file_is_told_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PreflightError) as caught:
        check(load_config(get_config(SMG)), ('train', ), checkpoint='no.pth')
    for part in ('annotations.jsonl', 'msf-s_in1k.pth', 'no.pth'):
        assert part in str(caught.value)


def test_pretrained_option_reaches_the_backbone(tmp_path):
    weights = tmp_path / 'w.pth'
    weights.touch()
    cfg = load_config(get_config(SMG), dict(pretrained=str(weights)))
    assert cfg.model.backbone.init_cfg.checkpoint == str(weights)
    assert list(pretrained_files(cfg)) == [str(weights)]


def test_pretrained_files_are_found_and_dropped_wherever_they_are():
    cfg = Config(
        dict(
            model=dict(
                backbone=dict(pretrained='torchvision://resnet50'),
                necks=[
                    dict(init_cfg=[
                        dict(type='Normal'),
                        dict(type='Pretrained', checkpoint='n.pth')
                    ])
                ])))
    assert set(pretrained_files(cfg)) == {'torchvision://resnet50', 'n.pth'}
    with pytest.raises(PreflightError, match='not a local file'):
        check(cfg, ())
    set_pretrained(cfg, None)
    assert cfg.model.backbone.pretrained is None
    assert cfg.model.necks[0].init_cfg == [dict(type='Normal')]


def test_pretrained_option_without_a_place_for_it_is_an_error():
    with pytest.raises(PreflightError, match='no init_cfg'):
        set_pretrained(Config(dict(model=dict(type='X'))), 'w.pth')


def test_manifest_is_complete_and_every_recipe_is_in_it():
    manifest = read_manifest()
    files = {entry['file']: entry for entry in manifest['files']}
    for entry in files.values():
        assert entry['source'].startswith('https://')
        assert entry['sha256'] is None or len(entry['sha256']) == 64
        assert entry['arch'] in ('tiny', 'small', 'middle')
    for how in manifest['converted'].values():
        assert how['from'] in files
    root = Path(get_config(SMG)).parents[1]
    for folder in ('msf_mamba', 'videomamba'):
        for path in (root / folder).glob('*.py'):
            for file in pretrained_files(load_config(path)):
                assert Path(file).name in manifest['converted'], path


def test_head_of_another_number_of_classes_is_told(tmp_path):
    path = tmp_path / 'annotations.jsonl'
    path.write_text('{"classes": ["a", "b"]}\n')
    cfg = load_config(get_config(SMG), None, str(tmp_path))
    with pytest.raises(PreflightError, match='17 classes, .* lists 2'):
        check(cfg, ('train', 'val'), weights=False)
    cfg.model.cls_head.num_classes = 2
    check(cfg, ('train', 'val'), weights=False)


@pytest.fixture
def joined(tmp_path):
    """A config whose training set is two sets, one of them repeated."""
    sets = [
        dict(type='GestureDataset', ann_file=f'{name}.jsonl', data_root='old')
        for name in 'ab'
    ]
    wrapped = dict(type='RepeatDataset', times=2, dataset=sets[1])
    loader = dict(
        dataset=dict(type='ConcatDataset', datasets=[sets[0], wrapped]))
    path = tmp_path / 'joined.py'
    Config(dict(train_dataloader=loader)).dump(str(path))
    return path


def test_every_part_of_a_concatenation_is_looked_for(joined, tmp_path):
    (tmp_path / 'a.jsonl').touch()
    cfg = load_config(joined, data_root=str(tmp_path))
    dataset = cfg.train_dataloader.dataset
    assert 'data_root' not in dataset
    assert [x.ann_file for x in innermost_datasets(dataset)
            ] == ['a.jsonl', 'b.jsonl']
    with pytest.raises(PreflightError, match='b.jsonl') as caught:
        check(cfg, ('train', ))
    assert 'a.jsonl' not in str(caught.value)


def test_one_root_does_not_replace_two(joined, tmp_path):
    text = joined.read_text()
    at = text.rindex("'old'")
    joined.write_text(text[:at] + "'new'" + text[at + 5:])
    load_config(joined)
    with pytest.raises(PreflightError, match="'new', 'old'.*--cfg-options"):
        load_config(joined, data_root=str(tmp_path))


@pytest.mark.parametrize('name, source, digest', [
    ('swin-s', 'swin_small_patch4_window7_224.pth', 'not known'),
    ('i3d-r50', 'resnet50-0676ba61.pth', '0676ba61...'),
])
def test_absent_weights_of_a_baseline_name_their_source(
        name, source, digest, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'annotations.jsonl').touch()
    cfg = load_config(
        get_config(f'baselines/{name}_smg.py'), None, str(tmp_path))
    with pytest.raises(PreflightError) as caught:
        check(cfg, ('train', 'val'))
    for part in (source, f'sha256 {digest}', '--from-scratch',
                 '--pretrained FILE'):
        assert part in str(caught.value)


@pytest.mark.parametrize('name', ['swin-s_rgb-transfer_imigue',
                                  'swin-mini_rgb-transfer_mini-smg'])
def test_a_file_of_an_own_training_is_told_with_its_config(
        name, tmp_path, monkeypatch, repository):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'annotations.jsonl').touch()
    cfg = load_config(
        get_config(f'mm_gesture/{name}.py'), None, str(tmp_path))
    file = Path(cfg.model.backbone.init_cfg.checkpoint).name
    with pytest.raises(PreflightError) as caught:
        check(cfg, ('train', 'val'))
    config = read_manifest()['trained'][file]
    assert f'tools/train.py {config}' in str(caught.value)
    assert f'checkpoints/{file}' in str(caught.value)
    assert (repository / config).is_file()


def test_files_used_as_they_are_are_described():
    for file, known in read_manifest()['as_is'].items():
        assert file.endswith('.pth')
        assert known['source'].startswith('https://')
        digest = known['sha256'].rstrip('.')
        # the name of a published file ends with the beginning of its digest
        assert digest == 'not known' or f'-{digest}.pth' in known['source']


def test_ann_file_reaches_every_data_set(tmp_path):
    cfg = load_config(get_config(SMG), dict(ann_file='fold3.jsonl'))
    for stage in ('train', 'val', 'test'):
        assert innermost_datasets(
            cfg[f'{stage}_dataloader'].dataset)[0].ann_file == 'fold3.jsonl'
