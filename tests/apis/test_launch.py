import json
import shutil

import pytest
import torch
from mmengine.config import Config
from mmengine.hooks import Hook

from mmgesture.apis import MicroGestureInferencer, launch
from mmgesture.apis.preflight import PreflightError
from mmgesture.engine import CorruptCheckpointError, NonFiniteError
from mmgesture.registry import HOOKS
from mmgesture.structures.annotation import annotation_hash
from mmgesture.submission import read_scores


@HOOKS.register_module()
class PoisonHook(Hook):
    """Makes the head's bias NaN before a given step."""

    def __init__(self, step):
        self.step = step

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        if runner.iter == self.step:
            runner.model.cls_head.fc_cls.bias.data.fill_(float('nan'))


def read(path):
    return torch.load(path, weights_only=True)


def equal(a, b):
    """Whether two nests of tensors and plain types are the same bits."""
    if torch.is_tensor(a):
        return torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b))
    return a == b


def test_training_leaves_checkpoints_pointer_and_record(trained, root):
    names = {path.name for path in trained.iterdir()}
    assert {'epoch_1.pth', 'epoch_2.pth', 'last_checkpoint'} <= names
    assert any(name.startswith('best_gesture_top1') for name in names)
    assert (trained / 'last_checkpoint').read_text().endswith('epoch_2.pth')
    record = json.loads(next(trained.glob('run_record_*.json')).read_text())
    assert record['seed'] == 0 and record['processes'] == 1
    assert record['annotations']['train']['hash'] == annotation_hash(
        str(root / 'annotations.jsonl'))
    assert record['packages']['torch'] == torch.__version__


def test_meta_says_how_to_use_the_checkpoint(trained):
    meta = read(trained / 'epoch_2.pth')['meta']
    assert meta['classes'] == ['still', 'left', 'right']
    assert meta['config_name'] == 'tiny_training.py'
    assert (meta['epoch'], meta['iter'], meta['seed']) == (2, 6, 0)
    pipeline = meta['preprocessing']['pipeline']
    assert pipeline[0] == dict(type='OpenVideo')
    assert 'RandomResizedCrop' not in [step['type'] for step in pipeline]
    assert meta['preprocessing']['data_preprocessor']['mean'][0] == 123.675
    assert set(meta['annotations']) == {'train', 'val'}
    assert meta['mmgesture_version']


def test_one_and_one_epochs_equal_two_bit_for_bit(trained, config, tmp_path):
    shutil.copy(trained / 'epoch_1.pth', tmp_path)
    runner = launch.train(config, work_dir=str(tmp_path), resume='auto')
    assert runner.iter == 6
    whole = read(trained / 'epoch_2.pth')
    again = read(tmp_path / 'epoch_2.pth')
    for part in ('state_dict', 'optimizer', 'param_schedulers'):
        assert equal(whole[part], again[part]), part
    losses = [
        x['message_hub']['log_scalars']['train/loss']['values'].tolist()
        for x in (whole, again)
    ]
    assert losses[0] == losses[1] and len(losses[0]) == 6


def test_deterministic_runs_of_one_seed_are_the_same_bits(config, tmp_path):
    runs = []
    try:
        for workers in (0, 2):
            work_dir = tmp_path / str(workers)
            launch.train(
                config,
                work_dir=str(work_dir),
                seed=3,
                cfg_options={
                    'randomness.deterministic': True,
                    'train_dataloader.num_workers': workers
                })
            assert torch.are_deterministic_algorithms_enabled()
            torch.use_deterministic_algorithms(False)
            runs.append(read(work_dir / 'epoch_2.pth'))
    finally:
        torch.use_deterministic_algorithms(False)
    one, two = (run['message_hub']['log_scalars'] for run in runs)
    assert len(one['train/loss']['values']) == 6
    for name in ('train/loss', 'train/grad_norm', 'val/gesture/top1'):
        assert torch.equal(one[name]['values'], two[name]['values']), name
    for part in ('state_dict', 'optimizer'):
        assert equal(runs[0][part], runs[1][part]), part


def test_another_seed_trains_other_weights(trained, config, tmp_path):
    launch.train(
        config,
        work_dir=str(tmp_path),
        seed=1,
        cfg_options={'train_cfg.max_epochs': 1})
    other = read(tmp_path / 'epoch_1.pth')
    assert other['meta']['seed'] == 1
    assert not equal(other['state_dict'],
                     read(trained / 'epoch_1.pth')['state_dict'])


def test_resumed_run_keeps_its_seed_and_survives_a_damaged_file(
        trained, config, tmp_path):
    shutil.copy(trained / 'epoch_1.pth', tmp_path)
    whole = (trained / 'epoch_2.pth').read_bytes()
    (tmp_path / 'epoch_2.pth').write_bytes(whole[:len(whole) // 2])
    (tmp_path / 'last_checkpoint').write_text('epoch_2.pth')
    runner = launch.train(
        config, work_dir=str(tmp_path), resume='auto', seed=7)
    assert runner.seed == 0
    assert equal(
        read(tmp_path / 'epoch_2.pth')['state_dict'],
        read(trained / 'epoch_2.pth')['state_dict'])
    with pytest.raises(CorruptCheckpointError, match='half.pth'):
        half = tmp_path / 'half.pth'
        half.write_bytes(whole[:len(whole) // 2])
        launch.train(config, work_dir=str(tmp_path), resume=str(half))


def test_finished_run_that_is_resumed_trains_no_further(
        trained, config, tmp_path):
    shutil.copy(trained / 'epoch_2.pth', tmp_path)
    before = (tmp_path / 'epoch_2.pth').read_bytes()
    launch.train(config, work_dir=str(tmp_path), resume='auto')
    assert (tmp_path / 'epoch_2.pth').read_bytes() == before


def test_dumped_config_does_not_resume_by_itself(trained, config, tmp_path):
    shutil.copy(trained / 'epoch_2.pth', tmp_path)
    launch.train(config, work_dir=str(tmp_path), resume='auto')
    dumped = Config.fromfile(tmp_path / 'tiny_training.py')
    assert dumped.resume is False and dumped.load_from is None


def test_test_scores_every_clip_and_says_of_what(trained, config, tmp_path):
    scores = tmp_path / 'scores.jsonl'
    metrics = launch.test(
        config,
        str(trained / 'epoch_2.pth'),
        work_dir=str(tmp_path),
        dump=str(scores))
    written = json.loads((tmp_path / 'test_metrics.json').read_text())
    assert written['metrics'] == metrics and 'gesture/top1' in metrics
    found = read_scores(str(scores))
    assert list(found.classes) == ['still', 'left', 'right']
    assert len(found.sample_ids) == 3
    assert (tmp_path / 'confusion_matrix.csv').is_file()


def test_split_chooses_the_clips(trained, config, tmp_path):
    scores = tmp_path / 'scores.jsonl'
    launch.test(
        config,
        str(trained / 'epoch_2.pth'),
        work_dir=str(tmp_path),
        dump=str(scores),
        split='train')
    assert len(read_scores(str(scores)).sample_ids) == 12


def test_bfloat16_trains_on_cpu(config, tmp_path):
    runner = launch.train(
        config,
        work_dir=str(tmp_path),
        amp=True,
        cfg_options={'train_cfg.max_epochs': 1})
    assert runner.optim_wrapper.dtype == 'bfloat16'
    state = read(tmp_path / 'epoch_1.pth')['state_dict']
    assert all(v.dtype != torch.bfloat16 for v in state.values())
    assert all(torch.isfinite(v).all() for v in state.values())


def test_diverged_run_stops_and_names_parameter_and_samples(config, tmp_path):
    options = {
        'custom_hooks': [dict(type='PoisonHook', step=1)],
        'optim_wrapper.max_skips': 2,
        'optim_wrapper.type': 'GuardedOptimWrapper',
    }
    with pytest.raises(NonFiniteError) as caught:
        launch.train(config, work_dir=str(tmp_path), cfg_options=options)
    assert 'train_' in str(caught.value)
    assert 'loss is nan' in str(caught.value)


def test_ema_weights_are_resumed(config, tmp_path):
    options = {
        'custom_hooks': [dict(type='EMAHook', momentum=0.1)],
    }
    whole, parts = tmp_path / 'whole', tmp_path / 'parts'
    parts.mkdir()
    launch.train(config, work_dir=str(whole), cfg_options=options)
    shutil.copy(whole / 'epoch_1.pth', parts)
    launch.train(
        config, work_dir=str(parts), cfg_options=options, resume='auto')
    a, b = read(whole / 'epoch_2.pth'), read(parts / 'epoch_2.pth')
    assert not equal(a['state_dict'], {
        k[7:]: v
        for k, v in a['ema_state_dict'].items() if k != 'steps'
    })
    assert equal(a['state_dict'], b['state_dict'])
    assert equal(a['ema_state_dict'], b['ema_state_dict'])


def test_sets_that_are_joined_are_seeded_recorded_and_described(
        config, root, tmp_path):
    cfg = Config.fromfile(config)
    for stage in ('train', 'test'):
        loader = cfg[f'{stage}_dataloader']
        part = loader.dataset.to_dict()
        loader.dataset = dict(
            type='ConcatDataset', datasets=[part, dict(part)])
    path = str(tmp_path / 'joined.py')
    cfg.dump(path)
    runner = launch.train(
        path,
        work_dir=str(tmp_path),
        data_root=str(root),
        seed=5,
        cfg_options={'train_cfg.max_epochs': 1})
    parts = runner.train_dataloader.dataset.datasets
    assert [(part.seed, part.epoch) for part in parts] == [(5, 0), (5, 0)]
    meta = read(tmp_path / 'epoch_1.pth')['meta']
    assert meta['annotations']['train']['hash'] == annotation_hash(
        str(root / 'annotations.jsonl'))
    assert meta['preprocessing']['pipeline'][0] == dict(type='OpenVideo')
    checkpoint = str(tmp_path / 'epoch_1.pth')
    assert launch.test(
        path, checkpoint, work_dir=str(tmp_path), split='val')
    assert MicroGestureInferencer(path, checkpoint).classes == meta['classes']


def test_work_dir_that_cannot_be_made_is_told_at_once(
        trained, config, tmp_path):
    (tmp_path / 'file').touch()
    below = str(tmp_path / 'file' / 'x')
    checkpoint = str(trained / 'epoch_2.pth')
    with pytest.raises(PreflightError, match='--work-dir'):
        launch.train(config, work_dir=below)
    with pytest.raises(PreflightError, match='--work-dir'):
        launch.test(config, checkpoint, work_dir=below)
    with pytest.raises(PreflightError, match='--dump'):
        launch.test(
            config,
            checkpoint,
            work_dir=str(tmp_path),
            dump=f'{below}/scores.jsonl')
