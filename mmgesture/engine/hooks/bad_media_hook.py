"""Keeps an eye on unreadable media."""
import logging
import os.path as osp
from typing import Any, Iterator, Optional

import torch.distributed as dist
from mmengine.hooks import Hook
from mmengine.logging import print_log

from mmgesture.datasets.bad_media import LIST_NAME
from mmgesture.datasets.wrappers import inner_datasets
from mmgesture.registry import HOOKS


def gesture_datasets(dataset: Any) -> Iterator[Any]:
    """Find the datasets that count bad media, also inside of wrappers.

    Args:
        dataset (Any): A dataset or a wrapper such as ConcatDataset.

    Yields:
        Any: Datasets with an attribute ``bad_media``.
    """
    for item in inner_datasets(dataset):
        if hasattr(item, 'bad_media'):
            yield item


@HOOKS.register_module()
class BadMediaHook(Hook):
    """List unreadable videos and stop a training that loses too many.

    Training skips unreadable samples and counts them in shared memory. This
    hook names the list (``bad_videos.txt`` in the work dir, one file a line
    with the reason), checks the limit of each dataset in the main process
    after every iteration, and at the end of an epoch over all ranks. Tests
    keep every sample; the hook only reports how many were unreadable.

    Args:
        list_name (str): Name of the list in the work dir. Defaults to
            'bad_videos.txt'.
    """

    priority = 'NORMAL'

    def __init__(self, list_name: str = LIST_NAME) -> None:
        self.list_name = list_name

    def _attach(self, runner, dataset: Any) -> None:
        for item in gesture_datasets(dataset):
            item.full_init()
            item.bad_media.list_path = osp.join(runner.work_dir,
                                                self.list_name)

    def before_train(self, runner) -> None:
        """Name the list before the first worker starts.

        Args:
            runner (Runner): The runner.
        """
        self._attach(runner, runner.train_loop.dataloader.dataset)

    def before_val_epoch(self, runner) -> None:
        """Name the list for the validation set.

        Args:
            runner (Runner): The runner.
        """
        self._attach(runner, runner.val_loop.dataloader.dataset)

    def before_test_epoch(self, runner) -> None:
        """Name the list for the test set.

        Args:
            runner (Runner): The runner.
        """
        self._attach(runner, runner.test_loop.dataloader.dataset)

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch: Any = None,
                         outputs: Optional[dict] = None) -> None:
        """Stop above the limit, by this process's own count.

        Args:
            runner (Runner): The runner.
            batch_idx (int): Number of the batch.
            data_batch (Any): Unused. Defaults to None.
            outputs (dict, optional): Unused. Defaults to None.

        Raises:
            TooManyBadMediaError: If too many samples are unreadable.
        """
        for item in gesture_datasets(runner.train_loop.dataloader.dataset):
            item.bad_media.check(item.ann_file)

    def after_train_epoch(self, runner) -> None:
        """Join the counts of all ranks and check the limit again.

        Args:
            runner (Runner): The runner.

        Raises:
            TooManyBadMediaError: If too many samples are unreadable.
        """
        for item in self._joined(runner.train_loop):
            item.bad_media.check(item.ann_file)
            self._report(item, 'skipped in training')

    def after_val_epoch(self, runner, metrics: Optional[dict] = None) -> None:
        """Report how many validation samples were unreadable.

        Args:
            runner (Runner): The runner.
            metrics (dict, optional): Unused. Defaults to None.
        """
        for item in self._joined(runner.val_loop):
            self._report(item, 'scored uniformly in validation')

    def after_test_epoch(self,
                         runner,
                         metrics: Optional[dict] = None) -> None:
        """Report how many test samples were unreadable.

        Args:
            runner (Runner): The runner.
            metrics (dict, optional): Unused. Defaults to None.
        """
        for item in self._joined(runner.test_loop):
            self._report(item, 'scored uniformly in test')

    def _joined(self, loop) -> Iterator[Any]:
        """Yield a loop's data sets with the counts of all ranks."""
        for item in gesture_datasets(loop.dataloader.dataset):
            if dist.is_available() and dist.is_initialized():
                # nccl moves tensors of the GPU only
                flags = item.bad_media.flags.clone()
                if dist.get_backend() == 'nccl':
                    flags = flags.cuda()
                dist.all_reduce(flags, op=dist.ReduceOp.MAX)
                item.bad_media.flags.copy_(flags.cpu())
            yield item

    def _report(self, dataset: Any, what: str) -> None:
        bad = dataset.bad_media
        if bad.num_bad:
            print_log(
                f'{bad.num_bad} of {len(bad.flags)} samples of '
                f'{dataset.ann_file} are unreadable, {what}; see '
                f'{bad.list_path}', 'current', logging.WARNING)
