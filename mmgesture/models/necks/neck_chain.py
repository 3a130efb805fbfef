"""Several necks, one after the other."""
from typing import Dict, List, Optional, Sequence, Tuple, Union

from mmengine.model import ModuleList
from torch import Tensor

from mmgesture.registry import MODELS

Features = Union[Tensor, List[Tensor]]


@MODELS.register_module()
class NeckChain(ModuleList):
    """Necks applied in order; itself a neck.

    Args:
        necks (Sequence[dict]): Configs of the necks.
        init_cfg (dict | list[dict], optional): Initialisation config.
            Defaults to None.
    """

    def __init__(self,
                 necks: Sequence[dict],
                 init_cfg: Union[dict, list, None] = None) -> None:
        super().__init__([MODELS.build(neck) for neck in necks],
                         init_cfg=init_cfg)

    def forward(self,
                x: Features,
                data_samples: Optional[list] = None
                ) -> Tuple[Features, Dict[str, Tensor]]:
        """Apply all necks.

        Args:
            x (Tensor | list[Tensor]): Features of the encoder.
            data_samples (list, optional): Samples of the batch, in training.
                Defaults to None.

        Returns:
            tuple: Features of the last neck, and the losses of all.

        Raises:
            TypeError: If a neck does not return ``(features, losses)``.
            ValueError: If two necks give a loss of the same name.
        """
        losses = {}
        for neck in self:
            result = neck(x, data_samples=data_samples)
            # a bare tensor would unpack in silence at batch size 2
            if not (isinstance(result, tuple) and len(result) == 2
                    and isinstance(result[1], dict)):
                raise TypeError(
                    f'{type(neck).__name__} expected to return (features, '
                    f'dict of losses), got {type(result).__name__}')
            x, new_losses = result
            twice = sorted(set(losses) & set(new_losses))
            if twice:
                raise ValueError(f'{type(neck).__name__} gives losses named '
                                 f'{twice}, which an earlier neck has taken')
            losses.update(new_losses)
        return x, losses
