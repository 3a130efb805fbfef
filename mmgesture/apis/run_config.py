"""From a config file and options to the config of a run.

The options are those of :func:`mmgesture.apis.train` and
:func:`mmgesture.apis.test`, where they are described.
"""
import copy
import logging
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Dict, Optional, Union

from mmengine.config import Config
from mmengine.logging import print_log

from .config_keys import check_keys, check_option_names
from .preflight import (PreflightError, innermost_datasets, load_config,
                        set_pretrained)

__all__ = [
    'check_writable', 'prepare_test', 'prepare_training', 'read_config',
    'use_operating_point'
]

#: Metrics that write score or detection files and reports.
OUR_METRICS = ('GestureMetric', 'MicroGestureF1')


def read_config(config: str,
                work_dir: Optional[str] = None,
                data_root: Optional[str] = None,
                cfg_options: Optional[Dict[str, Any]] = None,
                launcher: str = 'none') -> Config:
    """Read a config and apply what training and testing have in common.

    Args:
        config (str): The config file.
        work_dir (str, optional): Defaults to None.
        data_root (str, optional): Defaults to None.
        cfg_options (dict, optional): Defaults to None.
        launcher (str): Defaults to 'none'.

    Returns:
        Config: The config.

    Raises:
        PreflightError: If the config cannot be used.
    """
    cfg = load_config(config, cfg_options, data_root, imports=True)
    check_option_names(config, cfg_options)
    check_keys(cfg, cfg_options)
    cfg.launcher = launcher
    if work_dir is not None:
        cfg.work_dir = work_dir
    elif cfg.get('work_dir') is None:
        cfg.work_dir = str(Path('work_dirs') / Path(config).stem)
    for stage in ('train', 'val', 'test'):
        loader = cfg.get(f'{stage}_dataloader')
        # Without workers these two are errors in PyTorch's DataLoader.
        if loader and not loader.get('num_workers'):
            loader.persistent_workers = False
            loader.pop('prefetch_factor', None)
    return cfg


def prepare_training(cfg: Config,
                     seed: Optional[int] = None,
                     amp: bool = False,
                     from_scratch: bool = False) -> None:
    """Apply the options of a training.

    Args:
        cfg (Config): The config, changed in place.
        seed (int, optional): Defaults to None.
        amp (bool): Defaults to False.
        from_scratch (bool): Defaults to False.

    Raises:
        PreflightError: If the config cannot be used so.
    """
    if from_scratch:
        set_pretrained(cfg, None)
    if amp:
        kind = cfg.optim_wrapper.get('type', 'OptimWrapper')
        if kind not in ('OptimWrapper', 'GuardedOptimWrapper'):
            raise PreflightError(
                f'--amp needs optim_wrapper of type OptimWrapper, got {kind}')
        cfg.optim_wrapper.type = 'GuardedOptimWrapper'
        cfg.optim_wrapper.dtype = 'bfloat16'
    cfg.randomness = dict(cfg.get('randomness') or {})
    if seed is not None:
        cfg.randomness.seed = seed


def prepare_test(cfg: Config,
                 checkpoint: Optional[str] = None,
                 dump: Optional[str] = None,
                 split: Optional[str] = None) -> None:
    """Apply the options of a test; what belongs to training alone goes.

    Args:
        cfg (Config): The config, changed in place.
        checkpoint (str, optional): For the score file's header. Defaults to
            None.
        dump (str, optional): Defaults to None.
        split (str, optional): Defaults to None.

    Raises:
        PreflightError: If the config cannot be used so.
    """
    if not cfg.get('test_dataloader'):
        raise PreflightError(f'{cfg.filename} has no test_dataloader')
    for stage in ('train', 'val'):
        cfg[f'{stage}_dataloader'] = None
        cfg[f'{stage}_cfg'] = None
    cfg.val_evaluator = cfg.optim_wrapper = cfg.param_scheduler = None
    # The checkpoint replaces every weight.
    set_pretrained(cfg, None)
    if split is not None:
        for dataset in innermost_datasets(cfg.test_dataloader.dataset):
            dataset.split = split
    evaluators = cfg.test_evaluator
    if isinstance(evaluators, dict):
        evaluators = [evaluators]
    evaluators = copy.deepcopy(list(evaluators))
    ours = [item for item in evaluators if item.get('type') in OUR_METRICS]
    if dump and not ours:
        raise PreflightError(f'--dump needs one of {", ".join(OUR_METRICS)} '
                             f'in test_evaluator, {cfg.filename} has none')
    for item in ours:
        item.setdefault('out_dir', cfg.work_dir)
        item.setdefault('config', Path(cfg.filename).name)
        if checkpoint:
            item.setdefault('checkpoint', Path(checkpoint).name)
    if dump:
        ours[0]['dump'] = dump
    cfg.test_evaluator = evaluators


def use_operating_point(cfg: Config, point: Optional[Dict[str, Any]]) -> None:
    """Give the threshold of a checkpoint to the metrics that name none.

    Args:
        cfg (Config): The config, changed in place.
        point (dict, optional): ``detection`` of the checkpoint's meta; None:
            it has none.
    """
    for item in cfg.test_evaluator:
        if item.get('type') != 'MicroGestureF1' or not point or \
                item.get('threshold') is not None or item.get('tune'):
            continue
        item['threshold'] = point['threshold']
        for key, default in (('tiou', 0.3), ('matching', 'one_to_one')):
            if point.get(key, default) != item.get(key, default):
                print_log(
                    f'the threshold was tuned for {key} {point[key]} and is '
                    f'used for {item.get(key, default)}', 'current',
                    logging.WARNING)


def check_writable(folder: Union[str, Path], option: str) -> None:
    """Check that files can be written into a folder, which is made if absent.

    Args:
        folder (str | Path): The folder.
        option (str): The option that names another one, for the message.

    Raises:
        PreflightError: If it cannot be made or written into.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise PreflightError(
            f'results cannot be written to {Path(folder).absolute()} '
            f'({error.strerror}); name another place with {option}') from error
