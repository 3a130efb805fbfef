"""Names of weights in the frame-wise ResNets: torchvision, host, MA-Net."""
import re
from typing import Dict, List, Tuple

from torch import Tensor

__all__ = ['plain_name', 'rename_official_se']

_WRAPPER = '.conv.net.'
# torchvision's names of a convolution and its norm, and the host's
_TORCHVISION = (
    (re.compile(r'^conv1\.(weight)$'), r'conv1.conv.\1'),
    (re.compile(r'^bn1\.(\w+)$'), r'conv1.bn.\1'),
    (re.compile(r'^(layer\d\.\d+)\.conv(\d)\.(weight)$'),
     r'\1.conv\2.conv.\3'),
    (re.compile(r'^(layer\d\.\d+)\.bn(\d)\.(\w+)$'), r'\1.conv\2.bn.\3'),
    (re.compile(r'^(layer\d\.\d+)\.downsample\.0\.(weight)$'),
     r'\1.downsample.conv.\2'),
    (re.compile(r'^(layer\d\.\d+)\.downsample\.1\.(\w+)$'),
     r'\1.downsample.bn.\2'),
)
_WRAPPED = re.compile(r'^(.*layer\d\.\d+\.conv1\.conv\.)(?!se\.)(.+)$')


def plain_name(name: str) -> str:
    """Name of a parameter in MMAction2's ResNet, wrapped or not.

    Args:
        name (str): Name in torchvision's ResNet, in MMAction2's, or in one
            whose first convolutions are wrapped by a temporal shift.

    Returns:
        str: ``layer1.0.conv1.conv.weight`` for
        ``layer1.0.conv1.weight`` (torchvision) and for
        ``layer1.0.conv1.conv.net.weight`` (wrapped).
    """
    for pattern, host in _TORCHVISION:
        if pattern.match(name):
            return pattern.sub(host, name)
    return name.replace(_WRAPPER, '.conv.')


def rename_official_se(
        state: Dict[str, Tensor]) -> Tuple[Dict[str, Tensor], List[str]]:
    """Tell the live from the dead weights of the official MA-Net, by shape.

    The official model wraps the first convolution of each block. Beside that
    convolution (``net.weight``, with c input channels) a wrapper holds five
    tensors, in the public source named ``fcce.0``, ``fcce.2`` and
    ``action_p2_squeeze``, ``action_p2_conv1``, ``action_p2_expand``. The
    rule looks at shapes, so that it does not depend on the spelling; with
    r = c / 4:

    - (r, c), two axes: squeezes, used; here ``se.squeeze.weight``.
    - (c, r), two axes: expands, used; here ``se.expand.weight``.
    - (r, c, 1, 1), (r, r, 3), (c, r, 1, 1): never used by its forward, dead.

    Anything else keeps its name, to be refused by whoever reads it. States
    without wrappers come back as they were.

    Args:
        state (dict[str, Tensor]): Weights by name, of a backbone or of a
            whole recognizer.

    Returns:
        tuple[dict[str, Tensor], list[str]]: The state with this package's
        names and without dead weights, and the dead names.
    """
    result, dead = {}, []
    for name, value in state.items():
        match = _WRAPPED.match(name)
        net = state.get(f'{match.group(1)}net.weight') if match else None
        if net is None or match.group(2) == 'net.weight':
            result[name] = value
            continue
        c = net.shape[1]
        r = c // 4
        live = {(r, c): 'se.squeeze.weight', (c, r): 'se.expand.weight'}
        shape = tuple(value.shape)
        new = match.group(1) + live[shape] if shape in live else name
        if shape in ((r, c, 1, 1), (r, r, 3), (c, r, 1, 1)):
            dead.append(name)
        elif new != name and new in result:
            # a second one of the same shape: not the model we know
            result[name] = value
        else:
            result[new] = value
    return result, dead
