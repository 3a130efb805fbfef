"""Loading of pretrained weights that is never silent about what it did."""
from typing import Dict, Sequence, Tuple

from mmengine.logging import print_log
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn

# where public checkpoints keep their weights
_CONTAINERS = ('state_dict', 'model', 'module', 'model_state')


def read_checkpoint(path: str) -> Tuple[Dict[str, Tensor], dict]:
    """Read the tensors of a local checkpoint file.

    It comes through MMEngine's loader, for which this package registers one
    that unpickles nothing unless ``mmgesture.engine.trusting_checkpoints``
    is around the call.

    Args:
        path (str): File written by ``torch.save``.

    Returns:
        tuple[dict[str, Tensor], dict]: Parameters by name, and the ``meta``
        dict of the file (empty when it has none).

    Raises:
        FileNotFoundError: If there is no such file.
        RuntimeError: If it is damaged, or needs unpickling.
        ValueError: If it holds no tensors.
    """
    content = CheckpointLoader.load_checkpoint(
        path, map_location='cpu', logger='silent')
    meta = {}
    if isinstance(content, dict):
        found = content.get('meta')
        meta = found if isinstance(found, dict) else {}
        for name in _CONTAINERS:
            if isinstance(content.get(name), dict):
                content = content[name]
                break
    if not isinstance(content, dict):
        raise ValueError(f'{path} expected a dict of tensors, got '
                         f'{type(content).__name__}')
    tensors = {
        name: value
        for name, value in content.items() if isinstance(value, Tensor)
    }
    if not tensors:
        raise ValueError(f'{path} holds no tensors; its entries are '
                         f'{sorted(map(str, content))[:8]}')
    return tensors, meta


def load_pretrained(module: nn.Module,
                    path: str,
                    prefix: str = '',
                    optional: Sequence[str] = ()) -> None:
    """Fill a module from a checkpoint file, all of it or not at all.

    Parameters of the file that the module does not have (a head) are logged
    and left out.

    Args:
        module (nn.Module): Module to fill in place.
        path (str): Local checkpoint file of tensors and plain types.
        prefix (str): Take only the names that begin with this, and cut it
            off. Defaults to ``''``.
        optional (Sequence[str]): Names that the file may lack; they keep
            their initial value. Defaults to ().

    Raises:
        FileNotFoundError: If there is no such file.
        RuntimeError: If it is damaged, or needs unpickling.
        ValueError: If it does not fit the module.
    """
    tensors, _ = read_checkpoint(path)
    state = {
        name[len(prefix):]: value
        for name, value in tensors.items() if name.startswith(prefix)
    }
    # position embeddings may be resized on loading: the module checks them
    own = module.state_dict()
    missing = sorted(set(own) - set(state))
    unexpected = sorted(set(state) - set(own))
    wanted = [name for name in missing if name not in optional]
    if wanted:
        hint = ''
        if not prefix and any(n.startswith('backbone.') for n in tensors):
            hint = " It is a whole recognizer's: add prefix='backbone.'."
        elif not state:
            hint = (f' No name begins with the prefix {prefix!r}; they are '
                    f'like {sorted(tensors)[0]!r}.')
        raise ValueError(
            f'{path} does not fit {type(module).__name__}: {len(wanted)} of '
            f'{len(own)} parameters are missing, first {wanted[:3]}.{hint} '
            'Official VideoMamba files go through '
            'tools/deploy/convert_videomamba.py first.')
    known = {name: state[name] for name in own if name in state}
    try:
        module.load_state_dict(known, strict=False)
    except RuntimeError as error:
        raise ValueError(
            f'{path} does not fit {type(module).__name__}: {error}. Official '
            'VideoMamba files go through tools/deploy/convert_videomamba.py '
            'first.') from error
    print_log(
        f'{type(module).__name__}: loaded {len(known)} of {len(own)} '
        f'parameters from {path}; missing (kept initial): {missing}; '
        f'unexpected (left out): {unexpected}',
        logger='current')
