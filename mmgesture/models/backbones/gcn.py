"""MMAction2's graph networks on the project's keypoint layouts."""
from mmaction.models import AAGCN, STGCN

from mmgesture.registry import MODELS
from mmgesture.structures.skeleton import get_layout

__all__ = ['GestureAAGCN', 'GestureSTGCN']


def _graph(layout: str, mode: str) -> dict:
    """Settings of the host's Graph, which knows three layouts by name."""
    return dict(layout=get_layout(layout).graph(), mode=mode)


@MODELS.register_module()
class GestureSTGCN(STGCN):
    """ST-GCN (Yan et al. 2018) and ST-GCN++ (Duan et al. 2022).

    The default is ST-GCN. ST-GCN++ has ``mode='spatial'``,
    ``gcn_adaptive='init'``, ``gcn_with_res=True``, ``tcn_type='mstcn'``.

    Args:
        layout (str): Name of the keypoint layout, which gives joints, edges
            and centre.
        mode (str): How the edges are parted into graphs, ``'stgcn_spatial'``
            or ``'spatial'``. Defaults to ``'stgcn_spatial'``.
        **settings: Arguments of ``mmaction.models.STGCN``.

    Raises:
        ValueError: If there is no such layout.
    """

    def __init__(self,
                 layout: str,
                 mode: str = 'stgcn_spatial',
                 **settings) -> None:
        super().__init__(graph_cfg=_graph(layout, mode), **settings)


@MODELS.register_module()
class GestureAAGCN(AAGCN):
    """AAGCN (Shi et al. 2020) and 2s-AGCN (Shi et al. 2019).

    2s-AGCN is AAGCN with ``gcn_attention=False``.

    Args:
        layout (str): As in :class:`GestureSTGCN`.
        mode (str): As in :class:`GestureSTGCN`. Defaults to ``'spatial'``.
        **settings: Arguments of ``mmaction.models.AAGCN``.

    Raises:
        ValueError: If there is no such layout.
    """

    def __init__(self,
                 layout: str,
                 mode: str = 'spatial',
                 **settings) -> None:
        super().__init__(graph_cfg=_graph(layout, mode), **settings)
