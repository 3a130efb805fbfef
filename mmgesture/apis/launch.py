"""Training and testing from a config: what tools/train.py and test.py do."""
import json
import logging
import os
from pathlib import Path
from typing import Any, Dict, Optional

import torch
from mmengine.config import Config
from mmengine.dist import is_distributed, is_main_process, sync_random_seed
from mmengine.logging import print_log
from mmengine.registry import init_default_scope
from torch import distributed as torch_dist

from mmgesture.engine import (GestureRunner, find_resumable,
                              init_process_group, read_meta,
                              trusting_checkpoints)
from mmgesture.engine.distributed import decided_by_main
from mmgesture.engine.operating_point import META_KEY
from mmgesture.fileio import atomic_write, remove_leftovers
from mmgesture.registry import RUNNERS
from .preflight import (PreflightError, check, innermost_datasets,
                        pretrained_files, set_pretrained)
from .run_config import (check_writable, prepare_test, prepare_training,
                         read_config, use_operating_point)

__all__ = ['test', 'train']


def _seed(cfg: Config, seed: int) -> None:
    """Give the runner and the augmentation of the training set one seed."""
    cfg.randomness.seed = seed
    for dataset in innermost_datasets(cfg.train_dataloader.dataset):
        if dataset.get('type') == 'GestureDataset' or 'seed' in dataset:
            dataset.seed = seed


def _warn(message: str) -> None:
    print_log(message, logger='current', level=logging.WARNING)


def _runner(cfg: Config) -> GestureRunner:
    """Build the runner that a config asks for."""
    name = cfg.get('runner_type', 'GestureRunner')
    kind = RUNNERS.get(name)
    if kind is None or not issubclass(kind, GestureRunner):
        raise PreflightError(f'runner_type must be GestureRunner or a class '
                             f'made of it, got {name!r}')
    # Kept out of the config that the runner writes down: starting again from
    # that file shall not resume.
    cfg.load_from, cfg.resume = None, False
    return kind.from_cfg(cfg)


def _resume_path(resume: Optional[str], work_dir: str) -> Optional[str]:
    """Return the checkpoint to resume from, if any."""
    if resume is None:
        return None
    if resume != 'auto':
        return resume
    found = find_resumable(work_dir)
    if found is None:
        _warn(f'--resume: no checkpoint in {work_dir}, training starts at '
              'its beginning')
        return None
    return str(found)


def train(config: str,
          work_dir: Optional[str] = None,
          data_root: Optional[str] = None,
          cfg_options: Optional[Dict[str, Any]] = None,
          seed: Optional[int] = None,
          amp: bool = False,
          resume: Optional[str] = None,
          load_from: Optional[str] = None,
          allow_partial: bool = False,
          from_scratch: bool = False,
          trust_checkpoint: bool = False,
          launcher: str = 'none') -> GestureRunner:
    """Train a model.

    Args:
        config (str): The config file.
        work_dir (str, optional): Where results go. Defaults to None:
            ``work_dirs/<name of the config>``.
        data_root (str, optional): Folder of the data. Defaults to None: the
            config's.
        cfg_options (dict, optional): Values to change. Defaults to None.
        seed (int, optional): Seed of model, order and augmentation. Defaults
            to None: the config's, or a random one. A resumed run keeps its
            own.
        amp (bool): bf16 autocast. Defaults to False.
        resume (str, optional): A checkpoint to go on from, or 'auto' for the
            newest undamaged one in the work directory. Defaults to None.
        load_from (str, optional): A checkpoint whose weights to start from.
            Defaults to None: the config's.
        allow_partial (bool): Load what fits of ``load_from`` and list the
            rest in a warning. Defaults to False.
        from_scratch (bool): Drop the pretrained weights that the config
            names. Defaults to False.
        trust_checkpoint (bool): Unpickle the checkpoints that this run
            loads; that can run any code. Defaults to False.
        launcher (str): 'none', 'pytorch', 'slurm' or 'mpi'. Defaults to
            'none'.

    Returns:
        GestureRunner: The runner, trained.

    Raises:
        PreflightError: If the data or the weights are not there, or the
            results cannot be written.
        CheckpointError: If a checkpoint cannot be used.
        NonFiniteError: If the loss diverged.
        LostProcessError: If another process of a distributed run is lost.
        RunInterrupted: If SIGTERM or SIGUSR1 came; the run is saved.
        WorkersLostError: If loading processes keep dying.
    """
    cfg = read_config(config, work_dir, data_root, cfg_options, launcher)
    prepare_training(cfg, seed, amp, from_scratch)
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    load_from = load_from or cfg.get('load_from')
    if resume is None and cfg.get('resume'):
        resume = load_from or 'auto'
    init_process_group(launcher, cfg.get('env_cfg', {}).get('dist_cfg'))
    path = decided_by_main(lambda: _resume_path(resume, cfg.work_dir))
    # A file that replaces every weight makes the pretrained ones needless.
    replaced = path is not None or (load_from and not allow_partial)
    check(
        cfg, ('train', 'val') if cfg.get('val_cfg') else ('train', ),
        weights=not replaced,
        checkpoint=path or load_from)
    check_writable(cfg.work_dir, '--work-dir')
    decided_by_main(lambda: remove_leftovers(cfg.work_dir))
    if path is not None:
        with trusting_checkpoints(trust_checkpoint):
            saved = read_meta(path).get('seed')
        if seed is not None and saved not in (None, seed):
            _warn(f'--seed {seed} is not used: the run that is resumed has '
                  f'seed {saved}')
        if saved is not None:
            cfg.randomness.seed = saved
    seed = cfg.randomness.get('seed')
    _seed(cfg, sync_random_seed() if seed is None else seed)
    used = {} if replaced else pretrained_files(cfg)
    if replaced:
        set_pretrained(cfg, None)
    runner = _runner(cfg)
    runner._load_from = path or load_from
    runner._resume = path is not None
    runner.allow_partial = allow_partial
    runner.trust_checkpoint = trust_checkpoint
    if not replaced and not used:
        runner.logger.info('the model is trained from scratch')
    runner.train()
    _finish()
    return runner


def test(config: str,
         checkpoint: str,
         work_dir: Optional[str] = None,
         data_root: Optional[str] = None,
         cfg_options: Optional[Dict[str, Any]] = None,
         dump: Optional[str] = None,
         split: Optional[str] = None,
         trust_checkpoint: bool = False,
         launcher: str = 'none') -> Dict[str, float]:
    """Test a checkpoint.

    Args:
        config (str): The config file.
        checkpoint (str): The checkpoint; it must fit model and classes.
        work_dir (str, optional): Where the tables, the confusion matrix and
            ``test_metrics.json`` go; as for :func:`train`. Defaults to None.
        data_root (str, optional): As for :func:`train`. Defaults to None.
        cfg_options (dict, optional): Values to change. Defaults to None.
        dump (str, optional): Score or detection file to write. Defaults to
            None.
        split (str, optional): Split to test on. Defaults to None: the one of
            the config's ``test_dataloader``.
        trust_checkpoint (bool): As for :func:`train`. Defaults to False.
        launcher (str): As for :func:`train`. Defaults to 'none'.

    Returns:
        dict[str, float]: The metrics.

    Raises:
        PreflightError: If the data or the checkpoint are not there, or the
            results cannot be written.
        CheckpointError: If the checkpoint cannot be used.
        LostProcessError: If another process of a distributed run is lost.
    """
    cfg = read_config(config, work_dir, data_root, cfg_options, launcher)
    prepare_test(cfg, checkpoint, dump, split)
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    check(cfg, ('test', ), weights=False, checkpoint=checkpoint)
    check_writable(cfg.work_dir, '--work-dir')
    if dump:
        check_writable(Path(dump).parent, '--dump')
    init_process_group(launcher, cfg.get('env_cfg', {}).get('dist_cfg'))
    if any(x.get('type') == 'MicroGestureF1' for x in cfg.test_evaluator):
        with trusting_checkpoints(trust_checkpoint):
            use_operating_point(cfg, read_meta(checkpoint).get(META_KEY))
    runner = _runner(cfg)
    runner._load_from = checkpoint
    runner.trust_checkpoint = trust_checkpoint
    metrics = runner.test()
    numbers = {
        name: float(value)
        for name, value in metrics.items()
        if isinstance(value, (int, float)) or getattr(value, 'size', 0) == 1
    }
    if is_main_process():
        path = Path(cfg.work_dir) / 'test_metrics.json'
        with atomic_write(path) as file:
            json.dump(
                dict(
                    config=Path(config).name,
                    checkpoint=os.path.basename(checkpoint),
                    metrics=numbers),
                file,
                indent=2)
        runner.logger.info(f'metrics: {path}')
    _finish()
    return numbers


def _finish() -> None:
    """Close the process group, which PyTorch else complains about."""
    if is_distributed():
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        torch_dist.destroy_process_group()
