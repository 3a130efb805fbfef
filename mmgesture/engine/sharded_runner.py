"""A runner whose processes share the model out among themselves (FSDP)."""
from contextlib import contextmanager
from functools import partial
from typing import Any, Dict, Iterator, List, Optional

import torch
from mmengine.device import get_device
from mmengine.hooks import EMAHook
from mmengine.model.wrappers import MMFullyShardedDataParallel
from mmengine.optim import OptimWrapper
from torch import nn
from torch.distributed.fsdp import (FullOptimStateDictConfig,
                                    FullStateDictConfig, StateDictType)
from torch.distributed.fsdp.wrap import lambda_auto_wrap_policy

from mmgesture.registry import RUNNERS
from .runner import GestureRunner

__all__ = ['ShardedRunner']

#: What PyTorch puts into the names of parameters below a wrapped block.
PREFIX = '_fsdp_wrapped_module.'


def _is_block(module: nn.Module) -> bool:
    """Whether a module is gathered on its own when its turn comes.

    By its name, as this package imports no models. Only what is used through
    ``forward`` alone can be: a wrapper sees nothing else.

    Args:
        module (nn.Module): Any module of the model.

    Returns:
        bool: True for the blocks of the Mamba encoders.
    """
    return type(module).__name__ == 'MambaBlock'


@RUNNERS.register_module()
class ShardedRunner(GestureRunner):
    """Trains with parameters, gradients and optimizer state shared out.

    MMEngine's :class:`MMFullyShardedDataParallel` around the model, for
    models that are too large for one GPU; ``model_wrapper_cfg`` of the
    config changes its arguments. What MMEngine's runner, which knows no
    sharding, would get wrong:

    - weights are initialised and loaded before they are shared out;
    - the norm of the gradients is that of all processes together;
    - checkpoints are gathered. They hold what those of
      :class:`GestureRunner` hold, so that any number of processes, also a
      single one without sharding, tests them and resumes from them;
    - a validation is not broken off by a signal: all processes take part in
      every forward pass, and would wait for the one that left.

    It works on CPU through gloo. With a single process, and for a test,
    nothing is shared out.

    Arguments are those of :class:`GestureRunner`.
    """

    breaks_validation_off = False
    _gathered: Optional[Dict[str, Any]] = None

    def wrap_model(self, model_wrapper_cfg: Optional[Dict],
                   model: nn.Module) -> nn.Module:
        """Move the model to its device; it is wrapped when it is trained.

        Args:
            model_wrapper_cfg (dict, optional): Config of the wrapper.
            model (nn.Module): The model.

        Returns:
            nn.Module: The model itself.
        """
        self._wrapper_cfg = dict(model_wrapper_cfg or {})
        return model.to(get_device())

    @property
    def _is_sharded(self) -> bool:
        return isinstance(self.model, MMFullyShardedDataParallel)

    @property
    def _bare_model(self) -> nn.Module:
        # The wrapper's state has the names of the model without it.
        return self.model if self._is_sharded else super()._bare_model

    def _shard(self) -> None:
        """Initialise the weights, then share them out."""
        super()._init_model_weights()
        cuda = torch.cuda.is_available()
        options = dict(
            auto_wrap_policy=partial(
                lambda_auto_wrap_policy, lambda_fn=_is_block),
            use_orig_params=True)
        options.update(self._wrapper_cfg)
        options.pop('type', None)
        device = torch.device('cuda', torch.cuda.current_device()) if cuda \
            else torch.device('cpu')
        self.model = MMFullyShardedDataParallel(
            self.model, device_id=device, **options)
        # Moving to the CPU what is there already crashes in torch 2.13; and
        # every process reads a checkpoint that is loaded.
        self.model.set_state_dict_type(
            self.model, StateDictType.FULL_STATE_DICT,
            FullStateDictConfig(offload_to_cpu=cuda, rank0_only=False),
            FullOptimStateDictConfig(offload_to_cpu=cuda, rank0_only=False))

    def _init_model_weights(self) -> None:
        if not self._is_sharded:
            super()._init_model_weights()

    def build_optim_wrapper(self, optim_wrapper):
        """Share the model out and build the optimizer of this share.

        Args:
            optim_wrapper (OptimWrapper | dict): A wrapper or its config.

        Returns:
            OptimWrapper: The wrapper.

        Raises:
            ValueError: If the run averages its weights: that reads
                parameters that are elsewhere.
        """
        if self.distributed and not self._is_sharded:
            if any(isinstance(hook, EMAHook) for hook in self.hooks):
                raise ValueError(
                    'ShardedRunner and EMAHook exclude each other: take the '
                    'hook out of custom_hooks, or train with GestureRunner')
            self._shard()
        wrapper = super().build_optim_wrapper(optim_wrapper)
        if self._is_sharded:
            self._clip_together(wrapper)
        return wrapper

    def _clip_together(self, wrapper: OptimWrapper) -> None:
        """Let the norm that gradients are clipped by be the whole one's."""
        if wrapper.clip_grad_kwargs and \
                wrapper.clip_func is nn.utils.clip_grad_norm_:
            wrapper.clip_func = partial(_clip, self.model)

    def save_checkpoint(self, *args: Any, **kwargs: Any) -> None:
        """Gather the parts of all processes and write them in the first.

        Args:
            *args: As for :class:`GestureRunner`.
            **kwargs: As for :class:`GestureRunner`.
        """
        with self._gathering():
            super().save_checkpoint(*args, **kwargs)

    @contextmanager
    def _gathering(self) -> Iterator[None]:
        if self._is_sharded:
            model, wrapper = self.model, self.optim_wrapper
            numbers = {
                name: number
                for number, name in enumerate(self._names_in_groups())
            }
            self._gathered = dict(
                weights=model.state_dict(),
                optimizer=_renamed(
                    model.optim_state_dict(model, wrapper.optimizer),
                    numbers))
        try:
            yield
        finally:
            self._gathered = None

    def _weights(self) -> Dict[str, torch.Tensor]:
        if self._gathered is not None:
            return self._gathered['weights']
        return super()._weights()

    def _optimizer_state(self) -> Dict[str, Any]:
        if self._gathered is None:
            return super()._optimizer_state()
        # What MMEngine's wrapper adds to the state stands beside it.
        whole = self.optim_wrapper.state_dict()
        return dict(whole, **self._gathered['optimizer'])

    def _names_in_groups(self) -> List[str]:
        """Names of the parameters as an optimizer numbers them."""
        names = {
            id(parameter): name.replace(PREFIX, '')
            for name, parameter in self.model.module.named_parameters()
        }
        return [
            names[id(parameter)]
            for group in self.optim_wrapper.optimizer.param_groups
            for parameter in group['params']
        ]

    def load_checkpoint(self, filename: str, *args: Any,
                        **kwargs: Any) -> Dict[str, Any]:
        """Load a checkpoint; each process keeps its share.

        Args:
            filename (str): The checkpoint.
            *args: As for :class:`GestureRunner`.
            **kwargs: As for :class:`GestureRunner`.

        Returns:
            dict: The checkpoint; the optimizer's state is that of this
            process.
        """
        checkpoint = super().load_checkpoint(filename, *args, **kwargs)
        if self._is_sharded and self._needs_state:
            whole = checkpoint['optimizer']
            named = _renamed(
                {key: whole[key] for key in ('state', 'param_groups')},
                dict(enumerate(self._names_in_groups())))
            share = self.model.optim_state_dict_to_load(
                self.model, self.optim_wrapper.optimizer, named)
            checkpoint['optimizer'] = dict(whole, **share)
        return checkpoint


def _clip(model: MMFullyShardedDataParallel,
          params: List[nn.Parameter],
          max_norm: float,
          norm_type: float = 2.0,
          **unused: Any) -> torch.Tensor:
    """Stands for ``clip_grad_norm_``, whose other options change no value."""
    return model.clip_grad_norm_(max_norm, norm_type)


def _renamed(state: Dict[str, Any], names: Dict[Any, Any]) -> Dict[str, Any]:
    """The state of an optimizer with other keys for the parameters."""
    return dict(
        state={names[key]: value for key, value in state['state'].items()},
        param_groups=[
            dict(group, params=[names[key] for key in group['params']])
            for group in state['param_groups']
        ])
