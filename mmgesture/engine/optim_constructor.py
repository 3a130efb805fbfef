"""Parameter groups: as many as there are different settings."""
from contextlib import contextmanager
from typing import Iterator, List, Optional, Union

from mmengine.logging import MMLogger
from mmengine.optim import DefaultOptimWrapperConstructor
from torch import nn

from mmgesture.registry import OPTIM_WRAPPER_CONSTRUCTORS

__all__ = ['GroupedOptimWrapperConstructor']


@contextmanager
def _quiet(logger: MMLogger) -> Iterator[None]:
    """Hold back what is not a warning."""
    level = logger.level
    logger.setLevel('WARNING')
    try:
        yield
    finally:
        logger.setLevel(level)


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class GroupedOptimWrapperConstructor(DefaultOptimWrapperConstructor):
    """MMEngine's rules for parameters, with equal ones in one group.

    MMEngine makes a group of each parameter as soon as ``paramwise_cfg`` is
    given, and logs several lines for each: hundreds of groups that the
    optimizer steps through one by one. Here parameters with the same
    settings share a group, which the optimizer handles at once, and the log
    gets a line per group. Arguments are those of
    :class:`mmengine.optim.DefaultOptimWrapperConstructor`.
    """

    def add_params(self,
                   params: List[dict],
                   module: nn.Module,
                   prefix: str = '',
                   is_dcn_module: Optional[Union[int, float]] = None) -> None:
        """Append the groups of a module's parameters.

        Args:
            params (list[dict]): The groups, changed in place.
            module (nn.Module): The module; its children follow.
            prefix (str): Its name in the model. Defaults to ''.
            is_dcn_module (int | float, optional): Whether it belongs to a
                deformable convolution. Defaults to None.
        """
        logger = MMLogger.get_current_instance()
        with _quiet(logger):
            super().add_params(params, module, prefix, is_dcn_module)
        if prefix:
            return
        groups = {}
        for group in params:
            settings = {k: v for k, v in group.items() if k != 'params'}
            key = repr(sorted(settings.items()))
            merged = groups.setdefault(key, dict(settings, params=[]))
            merged['params'] += group['params']
        params[:] = groups.values()
        for group in params:
            settings = {k: v for k, v in group.items() if k != 'params'}
            number = sum(p.numel() for p in group['params'])
            logger.info(f'parameter group: {len(group["params"])} tensors, '
                        f'{number} values, {settings or "default settings"}')
