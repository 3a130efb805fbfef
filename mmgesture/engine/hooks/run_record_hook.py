"""Writes down what a run was, so that its result can be traced."""
import json
import platform
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Dict

import torch
from mmengine.dist import get_world_size, master_only
from mmengine.hooks import Hook

from mmgesture.datasets.wrappers import inner_datasets
from mmgesture.fileio import atomic_write
from mmgesture.registry import HOOKS
from mmgesture.structures.annotation import annotation_hash
from mmgesture.version import __version__

__all__ = ['RunRecordHook', 'annotation_hashes', 'installed_packages']

PACKAGES = ('torch', 'mmengine', 'mmcv-lite', 'mmcv', 'mmaction2', 'numpy',
            'decord', 'av', 'opencv-python', 'mamba-ssm')


def installed_packages() -> Dict[str, str]:
    """Return name and version of the packages that results depend on."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def annotation_hashes(runner) -> Dict[str, Dict[str, str]]:
    """Return path and hash of the annotation file of each built loader.

    Args:
        runner (Runner): A runner; loaders that are not built yet are left
            out.

    Returns:
        dict[str, dict[str, str]]: ``train``, ``val`` and ``test`` to ``file``
        and ``hash``. Further files of a concatenation are ``train[1]`` and
        so on.
    """
    found = {}
    for stage in ('train', 'val', 'test'):
        loop = getattr(runner, f'_{stage}_loop')
        inner = inner_datasets(getattr(loop, 'dataloader', loop))
        paths = dict.fromkeys(getattr(x, 'ann_file', None) for x in inner)
        files = [str(path) for path in paths if path and Path(path).is_file()]
        for number, path in enumerate(files):
            name = f'{stage}[{number}]' if number else stage
            found[name] = dict(file=path, hash=annotation_hash(path))
    return found


@HOOKS.register_module()
class RunRecordHook(Hook):
    """Writes ``run_record_<time>.json`` into the work directory at the start.

    It holds the seed, the command, versions, the device, the number of
    processes, the batch size of each and the hash of each annotation file.
    """

    priority = 'VERY_LOW'

    def before_train(self, runner) -> None:
        """Write the record of a training run.

        Args:
            runner (Runner): The runner of the training process.
        """
        self._write(runner, 'train')

    def before_test(self, runner) -> None:
        """Write the record of a test run.

        Args:
            runner (Runner): The runner of the test process.
        """
        self._write(runner, 'test')

    @master_only
    def _write(self, runner, task: str) -> None:
        record = dict(
            task=task,
            time=time.strftime('%Y-%m-%dT%H:%M:%S%z'),
            command=sys.argv,
            config=str(runner.cfg.filename),
            experiment=runner.experiment_name,
            seed=runner.seed,
            deterministic=runner.deterministic,
            processes=get_world_size(),
            mmgesture=__version__,
            packages=installed_packages(),
            python=platform.python_version(),
            platform=platform.platform(),
            cuda=torch.version.cuda,
            device=(torch.cuda.get_device_name() if torch.cuda.is_available()
                    else platform.processor() or platform.machine()),
            torch_threads=torch.get_num_threads(),
            annotations=annotation_hashes(runner))
        if task == 'train':
            sampler = runner.train_dataloader.batch_sampler
            record['batch_size'] = getattr(sampler, 'batch_size', None)
            record['start'] = dict(epoch=runner.epoch, iter=runner.iter)
        path = Path(runner.work_dir) / f'run_record_{runner.timestamp}.json'
        with atomic_write(path) as file:
            json.dump(record, file, indent=2)
        runner.logger.info(f'seed, versions and annotation hashes: {path}')
