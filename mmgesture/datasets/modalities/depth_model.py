"""Importing Video-Depth-Anything from a folder of the user's."""
import importlib
import sys
from functools import lru_cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Any

import torch

__all__ = ['ENCODERS', 'load_model']

ENCODERS = {
    'vits': dict(features=64, out_channels=[48, 96, 192, 384]),
    'vitb': dict(features=128, out_channels=[96, 192, 384, 768]),
    'vitl': dict(features=256, out_channels=[256, 512, 1024, 1024])
}
"""Sizes of the released networks."""

# the second is a helper that the repository imports by this name
_PACKAGES = ('video_depth_anything', 'utils')


@lru_cache(maxsize=1)
def load_model(repository: str, weights: str, encoder: str,
               device: str) -> Any:
    """The network with its weights, one per process.

    Args:
        repository (str): A checkout of Video-Depth-Anything. Its code is
            run: use one that you trust.
        weights (str): State dict on disk; nothing is downloaded.
        encoder (str): One of :data:`ENCODERS`.
        device (str): Where to compute.

    Returns:
        nn.Module: In evaluation mode.

    Raises:
        ImportError: If the folder is no such checkout, or what it needs is
            not installed.
        FileNotFoundError: If there is no weight file.
        ValueError: If the encoder is unknown, or the weights are of another
            network.
    """
    if encoder not in ENCODERS:
        raise ValueError(f'expected encoder to be one of {list(ENCODERS)}, '
                         f'got {encoder!r}')
    for name in _PACKAGES:
        _import_package(name, repository)
    try:
        module = importlib.import_module('video_depth_anything.video_depth')
    except Exception as error:  # torchvision, xformers, ... absent or broken
        raise ImportError(
            f'{repository}: Video-Depth-Anything cannot be imported '
            f'({type(error).__name__}: {error}); install what its '
            'requirements.txt names') from error
    model = module.VideoDepthAnything(encoder=encoder, **ENCODERS[encoder])
    try:
        state = torch.load(weights, map_location='cpu', weights_only=True)
        model.load_state_dict(state, strict=True)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f'{weights}: expected the weights of Video-Depth-Anything '
            f'{encoder}; download them by hand, nothing is fetched here'
        ) from error
    except Exception as error:  # no checkpoint, or of another network
        raise ValueError(
            f'{weights}: expected weights of Video-Depth-Anything '
            f'{encoder}, got {str(error)[:300]}') from error
    return model.to(device).eval()


def _import_package(name: str, repository: str) -> None:
    """Put a package of the checkout under its name, by hand.

    The checkout is no installed package, and the search path of the process
    is not ours to change.
    """
    spec = PathFinder.find_spec(name, [repository])
    if spec is None:
        raise ImportError(f'{repository}: expected a checkout of '
                          f'Video-Depth-Anything, found no {name!r} in it')
    places = list(spec.submodule_search_locations or ())
    known = sys.modules.get(name)
    if known is not None:
        if list(getattr(known, '__path__', ())) != places:
            raise ImportError(
                f'a module {name!r} is loaded from elsewhere '
                f'({getattr(known, "__file__", None)}); estimate depth in a '
                'process of its own')
        return
    module = sys.modules[name] = module_from_spec(spec)
    if spec.loader is not None:
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
