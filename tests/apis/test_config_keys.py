import copy
from functools import lru_cache
from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.hooks import CheckpointHook

from mmgesture.apis import launch
from mmgesture.apis.config_keys import (accepted_keys, check_keys,
                                        check_option_names)
from mmgesture.apis.preflight import PreflightError
from mmgesture.models import GestureResNetTSM

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
FOLDERS = sorted({p.parent for p in CONFIGS.rglob('*.py')
                  if '_base_' not in p.parts})
QUICKSTART = CONFIGS / 'msf_mamba' / 'msf-quickstart_mini-smg.py'
ONLINE = CONFIGS / 'online' / 'pointtad-mamba_sfinge3d.py'


READ = lru_cache(maxsize=None)(Config._file2dict)


@pytest.fixture
def base_files_are_read_once(monkeypatch):
    """All configs in a few seconds: they share their bases."""

    def read(filename, *unused, **unused_too):
        return copy.deepcopy(READ(str(Path(filename).resolve())))

    monkeypatch.setattr(Config, '_file2dict', staticmethod(read))


@pytest.mark.parametrize('folder', FOLDERS, ids=lambda path: path.name)
def test_every_config_of_the_repository_passes(
        folder, base_files_are_read_once):
    for path in sorted(folder.glob('*.py')):
        check_keys(Config.fromfile(path))


def test_a_misspelt_key_is_told_with_its_place_and_the_nearest(tmp_path):
    path = tmp_path / 'mine.py'
    path.write_text(f"_base_ = '{QUICKSTART}'\n"
                    'model = dict(\n    cls_head=dict(num_clases=17))\n')
    with pytest.raises(PreflightError) as error:
        check_keys(Config.fromfile(path))
    assert str(error.value) == (
        f"{path}:3: model.cls_head.num_clases: I3DHead takes no "
        "'num_clases'; did you mean num_classes?")


def test_a_key_of_a_base_is_told_with_that_file(tmp_path):
    base = tmp_path / 'base.py'
    base.write_text(f"_base_ = '{QUICKSTART}'\nx = 1\n"
                    "custom_hooks = [dict(type='StepSeedHook', lag=2)]\n")
    path = tmp_path / 'mine.py'
    path.write_text("_base_ = './base.py'\nwork_dir = 'out'\n")
    with pytest.raises(PreflightError, match=r'base\.py:3: custom_hooks\[0\]'
                       r"\.lag: StepSeedHook takes no 'lag'; known are"):
        check_keys(Config.fromfile(path))


@pytest.mark.parametrize('config, where, key, nearest', [
    (QUICKSTART, 'model.backbone', 'embed_dim', None),
    (QUICKSTART, 'model.necks[0]', 'window', 'windows'),
    (QUICKSTART, 'model.data_preprocessor', 'means', 'mean'),
    (QUICKSTART, 'train_dataloader.dataset', 'splits', 'split'),
    (QUICKSTART, 'train_dataloader.dataset.pipeline[1]', 'clip_length',
     'clip_len'),
    (QUICKSTART, 'val_evaluator', 'topks', 'topk'),
    (QUICKSTART, 'default_hooks.checkpoint', 'max_keep_ckpt',
     'max_keep_ckpts'),
    (QUICKSTART, 'optim_wrapper', 'clip_grads', 'clip_grad'),
    (QUICKSTART, 'optim_wrapper.optimizer', 'wight_decay', 'weight_decay'),
    (QUICKSTART, 'param_scheduler[1]', 'eta_min_ration', 'eta_min_ratio'),
    (QUICKSTART, 'train_cfg', 'max_epoch', 'max_epochs'),
    (ONLINE, 'model.head', 'num_pointz', 'num_points'),
])
def test_keys_are_checked_at_every_depth(config, where, key, nearest):
    cfg = Config.fromfile(config)
    node = eval(f'cfg.{where}', dict(cfg=cfg))
    node[key] = 1
    told = f'did you mean {nearest}\\?' if nearest else 'takes no'
    where = where.replace('[', r'\[').replace(']', r'\]')
    with pytest.raises(PreflightError, match=f'{where}.{key}: .*{told}'):
        check_keys(cfg)


def test_every_wrong_key_is_told_at_once():
    cfg = Config.fromfile(QUICKSTART)
    options = {'model.cls_head.a': 1, 'val_evaluator.b': 2}
    cfg.merge_from_dict(options)
    with pytest.raises(PreflightError) as error:
        check_keys(cfg, options)
    lines = str(error.value).splitlines()
    assert len(lines) == 2
    assert all(line.startswith('--cfg-options: ') for line in lines)


def test_what_builders_and_our_runner_take_is_no_mistake():
    cfg = Config.fromfile(QUICKSTART)
    cfg.optim_wrapper.max_skips = 3
    cfg.custom_hooks = [dict(type='EMAHook', momentum=0.1, priority=49)]
    check_keys(cfg)
    cfg = Config.fromfile(CONFIGS / 'baselines' / 'tsn-r50_smg.py')
    cfg.model.backbone.norm_cfg = dict(type='BN', requires_grad=False)
    cfg.model.cls_head.loss_cls = dict(type='LossOfAUser', any_key=1)
    cfg.model.cls_head.init_cfg = dict(type='mmdet.I3DHead', any_key=1)
    check_keys(cfg)


class Base:

    def __init__(self, a, b=1):
        pass


class Follows(Base):

    def __init__(self, c, **rest):
        d = rest.pop('d', 1)
        super().__init__(b=d, **rest)


class Inherits(Follows):
    pass


class Swallows(Base):

    def __init__(self, e, **kwargs):
        super().__init__(e)


class Keeps(Base):

    def __init__(self, e, **kwargs):
        super().__init__(e)
        self.options = kwargs


def test_arguments_that_are_passed_on_are_followed():
    assert accepted_keys(Base) == {'a', 'b'}
    assert accepted_keys(Follows) == {'a', 'b', 'c', 'd'}
    assert accepted_keys(Inherits) == {'a', 'b', 'c', 'd'}
    assert {'depth', 'shift_div', 'init_cfg'} <= accepted_keys(
        GestureResNetTSM)


def test_swallowed_arguments_are_refused_and_kept_ones_are_not():
    assert accepted_keys(Swallows) == {'a', 'b', 'e'}
    assert accepted_keys(Keeps) is None


def test_options_of_the_checkpoint_hook_are_those_of_saving():
    names = accepted_keys(CheckpointHook)
    assert {'interval', 'save_optimizer', 'backend_args'} <= names
    assert 'intervall' not in names


def test_options_of_no_effect_are_told():
    with pytest.raises(PreflightError, match=r"--cfg-options modl\.x: .*has "
                       r"no 'modl'; did you mean model\?"):
        check_option_names(QUICKSTART, {'modl.x': 1, 'model.x': 1})
    check_option_names(QUICKSTART, {
        'data_root': 'x', 'pretrained': None, 'custom_hooks': [],
        'train_cfg.max_epochs': 1, 'find_unused_parameters': True})
    check_option_names('absent.py', None)


@pytest.mark.parametrize('option, told', [
    ('features.folder', 'train_dataloader.dataset.features, val_dataloader.'
     'dataset.features, test_dataloader.dataset.features$'),
    ('train_pipeline', r'train_dataloader\.dataset\.pipeline$'),
    ('window_size', 'train_dataloader.dataset.window_size, val'),
    ('unused', 'nothing has it now')])
def test_a_variable_of_the_config_cannot_be_changed_without_effect(
        tmp_path, option, told):
    path = tmp_path / 'mine.py'
    path.write_text(f"_base_ = '{ONLINE}'\nunused = 1\n")
    with pytest.raises(PreflightError,
                       match=f'{option.split(".")[0]}.*is a variable of .*'
                       f'change it there: {told}'):
        check_option_names(path, {option: 'x'})


@pytest.mark.parametrize('options, told', [
    ({'model.cls_head.num_clases': 3}, 'num_classes'),
    ({'optim_wraper.clip_grad': None}, 'optim_wrapper')])
def test_a_training_stops_before_it_writes(config, tmp_path, options, told):
    with pytest.raises(PreflightError, match=f'did you mean {told}'):
        launch.train(config, work_dir=str(tmp_path / 'out'),
                     cfg_options=options)
    assert not (tmp_path / 'out').exists()
