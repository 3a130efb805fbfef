"""The half of the runner that loads, resumes and saves."""
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

import mmengine
import torch
from mmengine.dist import master_only
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from mmengine.runner.checkpoint import _load_checkpoint
from torch import Tensor, nn

from mmgesture.version import __version__
from .checkpoint import (CheckpointError, load_weights, save_checkpoint,
                         trusting_checkpoints)
from .checkpoint_meta import check_classes, preprocessing_of
from .hooks.run_record_hook import annotation_hashes
from .operating_point import META_KEY, latest_operating_point

__all__ = ['CheckpointRunner']


class CheckpointRunner(Runner):
    """MMEngine's runner with checkpoints that are safe to read.

    Checkpoints hold tensors and plain types only, are written atomically,
    and carry ``classes, config_name, preprocessing, mmgesture_version,
    annotations, seed, epoch, iter`` in their meta, and ``detection`` where
    the validation tuned a threshold. One that does not fit the
    model or the classes is an error unless :attr:`allow_partial` is set.

    Arguments are those of :class:`mmengine.runner.Runner`.

    Attributes:
        allow_partial (bool): Load what fits of ``load_from``.
        trust_checkpoint (bool): Let checkpoints be unpickled while this
            runner loads them.
    """

    allow_partial = False
    trust_checkpoint = False
    _needs_state = False
    _position: Optional[Dict[str, int]] = None

    @property
    def _bare_model(self) -> nn.Module:
        """The model out of its wrapper for distributed training."""
        model = self.model
        return model.module if is_model_wrapper(model) else model

    @property
    def dataset_classes(self) -> Optional[List[str]]:
        """list[str] | None: Classes of the first loader that is built."""
        for loop in (self._train_loop, self._val_loop, self._test_loop):
            dataset = getattr(getattr(loop, 'dataloader', None), 'dataset', {})
            meta = getattr(dataset, 'metainfo', None) or {}
            if meta.get('classes'):
                return list(meta['classes'])
        return None

    def _init_model_weights(self) -> None:
        with trusting_checkpoints(self.trust_checkpoint):
            super()._init_model_weights()

    def load_or_resume(self) -> None:
        """Load or resume the checkpoint that the runner was given."""
        with trusting_checkpoints(self.trust_checkpoint):
            super().load_or_resume()

    def resume(self,
               filename: str,
               resume_optimizer: bool = True,
               resume_param_scheduler: bool = True,
               map_location: Union[str, Callable] = 'default') -> None:
        """Resume training from a checkpoint.

        Args:
            filename (str): The checkpoint.
            resume_optimizer (bool): Defaults to True.
            resume_param_scheduler (bool): Defaults to True.
            map_location (str | Callable): As for ``torch.load``. Defaults to
                'default': the device of the run.

        Raises:
            CheckpointError: If the file cannot be used or holds no training
                state.
        """
        # Tells load_checkpoint, which the parent calls, what must be there.
        self._needs_state = True
        try:
            super().resume(filename, resume_optimizer, resume_param_scheduler,
                           map_location)
        finally:
            self._needs_state = False
        if hasattr(self.train_loop, 'go_on_at'):
            self.train_loop.go_on_at(self._position)

    def load_checkpoint(
            self,
            filename: str,
            map_location: Union[str, Callable] = 'cpu',
            strict: bool = True,
            revise_keys: Tuple = ((r'^module\.', ''), )
    ) -> Dict[str, Any]:
        """Load a checkpoint; what does not fit is an error.

        Args:
            filename (str): The checkpoint.
            map_location (str | Callable): As for ``torch.load``. Defaults to
                'cpu'.
            strict (bool): False loads what fits and warns of the rest, as
                :attr:`allow_partial` does. Defaults to True.
            revise_keys (tuple): Kept for MMEngine's signature; the prefix
                ``module.`` is always taken off.

        Returns:
            dict: The checkpoint.

        Raises:
            CheckpointError: If the file cannot be used.
            CheckpointMismatchError: If keys, shapes or classes differ.
        """
        checkpoint = _load_checkpoint(filename, map_location=map_location)
        if not isinstance(checkpoint, dict):
            raise CheckpointError(f'{filename}: expected a dict, got '
                                  f'{type(checkpoint).__name__}')
        meta = checkpoint.get('meta') or {}
        classes = meta.get('classes') or (meta.get('dataset_meta') or
                                          {}).get('classes')
        if self._needs_state:
            absent = [
                key for key in ('meta', 'optimizer', 'message_hub')
                if key not in checkpoint
            ]
            if absent:
                raise CheckpointError(
                    f'{filename} cannot be resumed from, it has no '
                    f'{", ".join(absent)}; start from its weights with '
                    '--load-from')
            self._position = meta.get('position')
            # MMEngine would run this text as Python.
            meta.pop('config', None)
            # The classes are compared below. MMEngine compares pickles of
            # these, and warns of equal ones.
            meta['dataset_meta'] = getattr(self.train_dataloader.dataset,
                                           'metainfo', None)
        partial = not self._needs_state and (self.allow_partial or not strict)
        if not partial:
            check_classes(self.dataset_classes, classes, str(filename))
        self.call_hook('after_load_checkpoint', checkpoint=checkpoint)
        load_weights(self._bare_model,
                     checkpoint.get('state_dict', checkpoint), str(filename),
                     partial)
        self._has_loaded = True
        self.logger.info(f'loaded {filename}')
        return checkpoint

    def _meta(self, meta: Optional[dict], by_epoch: bool) -> Dict[str, Any]:
        """Return the meta of a checkpoint that is saved now."""
        meta = dict(meta or {})
        # The loop counts an epoch after its hooks, and a step likewise.
        meta.setdefault('epoch', self.epoch + int(by_epoch))
        meta.setdefault('iter', self.iter + int(not by_epoch))
        if not hasattr(self, '_annotations'):
            self._annotations = annotation_hashes(self)
        dataset = getattr(self.train_dataloader.dataset, 'metainfo', {})
        name = self.cfg.filename
        meta.update(
            classes=self.dataset_classes,
            config_name=Path(name).name if name else None,
            preprocessing=preprocessing_of(self.cfg),
            mmgesture_version=__version__,
            mmengine_version=mmengine.__version__,
            torch_version=str(torch.__version__),
            annotations=self._annotations,
            seed=self.seed,
            experiment_name=self.experiment_name,
            cfg=self.cfg.pretty_text,
            dataset_meta=dict(dataset))
        point = latest_operating_point(self.message_hub)
        if point is not None:
            meta[META_KEY] = point
        return meta

    def _weights(self) -> Dict[str, Tensor]:
        """State of the model, as a checkpoint holds it."""
        return self._bare_model.state_dict()

    def _optimizer_state(self) -> Dict[str, Any]:
        """State of the optimizer, as a checkpoint holds it."""
        return self.optim_wrapper.state_dict()

    @master_only
    def save_checkpoint(self,
                        out_dir: str,
                        filename: str,
                        file_client_args: Optional[dict] = None,
                        save_optimizer: bool = True,
                        save_param_scheduler: bool = True,
                        meta: Optional[dict] = None,
                        by_epoch: bool = True,
                        backend_args: Optional[dict] = None) -> None:
        """Write a checkpoint of tensors and plain types, atomically.

        Args:
            out_dir (str): Local folder.
            filename (str): Name of the file.
            file_client_args (dict, optional): Refused. Defaults to None.
            save_optimizer (bool): Defaults to True.
            save_param_scheduler (bool): Defaults to True.
            meta (dict, optional): Entries of the meta. Defaults to None.
            by_epoch (bool): Whether this is the end of an epoch or of an
                iteration. Defaults to True.
            backend_args (dict, optional): Refused. Defaults to None.

        Raises:
            ValueError: If a remote storage is asked for.
        """
        if file_client_args is not None or backend_args is not None:
            raise ValueError('checkpoints are written to local folders only, '
                             'got file_client_args or backend_args')
        checkpoint = dict(
            meta=self._meta(meta, by_epoch),
            state_dict=self._weights(),
            message_hub=self.message_hub.state_dict())
        if save_optimizer:
            checkpoint['optimizer'] = self._optimizer_state()
        if save_param_scheduler and self.param_schedulers is not None:
            schedulers = self.param_schedulers
            if isinstance(schedulers, dict):
                states = {
                    name: [item.state_dict() for item in items]
                    for name, items in schedulers.items()
                }
            else:
                states = [item.state_dict() for item in schedulers]
            checkpoint['param_schedulers'] = states
        self.call_hook('before_save_checkpoint', checkpoint=checkpoint)
        save_checkpoint(checkpoint, Path(out_dir) / filename)
