"""MMAction2's encoders, started from a local file or from nothing."""
import re
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import torch
from mmengine.logging import print_log
from torch import Tensor
from torch.overrides import TorchFunctionMode

from ..pretrained import read_checkpoint

__all__ = ['LocalWeights', 'inflate_kernels']

#: The host's ways of naming weights; each family has other ones, some
#: download, some crash without a file.
_HOST_OPTIONS = ('pretrained', 'pretrained2d', 'clip_pretrained')
_PREFIXES = ('backbone.', 'visual.')


def inflate_kernels(state: Dict[str, Tensor],
                    own: Dict[str, Tensor],
                    how: str = 'mean') -> List[str]:
    """Give the kernels of an image model the axis of the frames.

    Args:
        state (dict[str, Tensor]): Weights of the image model under the video
            model's names, changed in place: (O, I, H, W) becomes
            (O, I, T, H, W) where the video model has five axes.
        own (dict[str, Tensor]): Weights of the video model.
        how (str): ``'mean'`` spreads a kernel over the T frames, so that a
            still clip gives what the image gave (I3D, Carreira and Zisserman
            2017, Sec. 2.3); ``'center'`` puts it at frame T // 2, with zeros
            around it. Defaults to ``'mean'``.

    Returns:
        list[str]: Names of the kernels changed.

    Raises:
        ValueError: If ``how`` is unknown.
    """
    if how not in ('mean', 'center'):
        raise ValueError(f"how expected 'mean' or 'center', got {how!r}")
    changed = []
    for name, value in state.items():
        if name not in own or value.ndim != 4 or own[name].ndim != 5:
            continue
        frames = own[name].shape[2]
        # (O, I, H, W) -> (O, I, T, H, W)
        if how == 'mean':
            kernel = value.unsqueeze(2).repeat(1, 1, frames, 1, 1) / frames
        else:
            kernel = torch.zeros(
                *value.shape[:2], frames, *value.shape[2:], dtype=value.dtype)
            kernel[:, :, frames // 2] = value
        state[name] = kernel
        changed.append(name)
    return changed


class _ReadableRates(TorchFunctionMode):
    """Keep the host's drop path rates readable on the meta device.

    The host computes them with ``torch.linspace`` and reads them back, which
    a tensor on the meta device (on which models are counted) refuses.
    """

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if func is torch.linspace:
            kwargs['device'] = 'cpu'
        return func(*args, **kwargs)


class LocalWeights:
    """What the baselines' encoders share: how they get their weights.

    To be put before a class of MMAction2 in the list of bases. Instead of
    that class's own options (``pretrained`` and its relatives, which
    download, crash without a file, or load what happens to fit) there is
    one: ``init_cfg=dict(type='Pretrained', checkpoint=FILE)``. The file is
    local, is adapted to the video model (image kernels inflated, position
    embeddings resized), and then fits as a whole or is refused; what was
    done is logged. Without it the model is drawn as its class does.

    Attributes:
        host_settings (dict): What the class of MMAction2 needs to be told in
            order to neither download nor crash.
        optional_weights (tuple[str]): Patterns of names that a file may
            lack; they keep their initial value.
        drawn_first (bool): Whether what a file lacks is drawn by the class's
            ``init_weights`` (else it stays as constructed).

    Args:
        init_cfg (dict | Sequence[dict], optional): Config of type
            ``'Pretrained'`` with ``checkpoint`` (a local file) and optionally
            ``prefix`` (take only the names that begin with it; 'backbone.'
            and 'visual.' are found without being told). Defaults to None.
        **settings: Arguments of the class of MMAction2.

    Raises:
        ValueError: If ``init_cfg`` is of another type, or ``settings`` name
            weights in the host's way.
    """

    host_settings: Dict[str, Any] = {}
    optional_weights: Tuple[str, ...] = ()
    drawn_first = True

    def __init__(self,
                 init_cfg: Optional[Union[dict, Sequence[dict]]] = None,
                 **settings) -> None:
        files = [init_cfg] if isinstance(init_cfg, dict) else init_cfg or []
        name = type(self).__name__
        for config in files:
            if config.get('type') != 'Pretrained':
                raise ValueError(f"{name}: init_cfg expected type 'Pretrained'"
                                 f', got {config}')
        wrong = sorted(set(settings) & set(_HOST_OPTIONS))
        if wrong:
            raise ValueError(
                f'{name} takes weights by init_cfg=dict(type=\'Pretrained\', '
                f'checkpoint=FILE), not by {", ".join(wrong)}')
        with _ReadableRates():
            super().__init__(**settings, **self.host_settings)
        self.weight_files = list(files)

    def init_weights(self) -> None:
        """Draw the weights, then load what ``init_cfg`` names.

        Raises:
            FileNotFoundError: If the named file does not exist.
            ValueError: If the named file does not fit the model.
        """
        if self.drawn_first or not self.weight_files:
            super().init_weights()
        for config in self.weight_files:
            self._load(config['checkpoint'], config.get('prefix') or '')

    def adapt_weights(self, state: Dict[str, Tensor],
                      own: Dict[str, Tensor]) -> List[str]:
        """Bring a file's weights to the names and shapes of this model.

        Args:
            state (dict[str, Tensor]): The file's, changed in place.
            own (dict[str, Tensor]): The model's.

        Returns:
            list[str]: What was done, in words.
        """
        return _told('inflated', inflate_kernels(state, own))

    def _load(self, path: str, prefix: str) -> None:
        tensors, _ = read_checkpoint(path)
        if not prefix:
            found = [p for p in _PREFIXES if _any_begins(tensors, p)]
            prefix = found[0] if found else ''
        state = {
            name[len(prefix):]: value
            for name, value in tensors.items() if name.startswith(prefix)
        }
        own = self.state_dict()
        kind = f'{path} does not fit {type(self).__name__}'
        done = self.adapt_weights(state, own)
        missing = [name for name in own if name not in state]
        patterns = self.optional_weights + (r'num_batches_tracked$', )
        wanted = [
            name for name in missing
            if not any(re.search(pattern, name) for pattern in patterns)
        ]
        if wanted:
            raise ValueError(
                f'{kind}: {len(wanted)} of {len(own)} weights are missing, '
                f'first {wanted[:3]}; its names are like '
                f'{sorted(tensors)[:3]} (prefix {prefix!r}). '
                'configs/baselines/README.md says which files are understood')
        wrong = [
            f'{name}: {tuple(state[name].shape)} in the file, '
            f'{tuple(value.shape)} wanted' for name, value in own.items()
            if name in state and state[name].shape != value.shape
        ]
        if wrong:
            raise ValueError(f'{kind}: {len(wrong)} shapes differ, first '
                             f'{wrong[:3]}. Is it a model of another size?')
        known = {name: state[name] for name in own if name in state}
        self.load_state_dict(known, strict=False)
        left = sorted(set(state) - set(own))
        print_log(
            f'{type(self).__name__}: loaded {len(known)} of {len(own)} '
            f'tensors from {path} (prefix {prefix!r}); {"; ".join(done)}; '
            f'missing (kept initial): {missing}; left out: {left}',
            logger='current')


def _any_begins(names: Dict[str, Tensor], prefix: str) -> bool:
    return any(name.startswith(prefix) for name in names)


def _told(word: str, names: Sequence[str]) -> List[str]:
    return [f'{word}: {len(names)} kernels'] if names else []
