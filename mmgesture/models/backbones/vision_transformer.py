"""VideoMAE's vision transformer, from a local file."""
from typing import Dict, List

from mmaction.models import VisionTransformer
from torch import Tensor

from mmgesture.registry import MODELS
from .local_weights import LocalWeights


@MODELS.register_module()
class GestureVisionTransformer(LocalWeights, VisionTransformer):
    """MMAction2's ViT of VideoMAE and VideoMAE V2, as a map of features.

    Tong et al., "VideoMAE" (NeurIPS 2022); Wang et al., "VideoMAE V2" (CVPR
    2023). The host's classifier averages the tokens and then normalises;
    here every token is normalised and the map kept, as AdaTAD does.

    Args and weights: see :class:`LocalWeights`; settings are those of
    ``mmaction.models.VisionTransformer``. The table of positions is computed
    for ``img_size`` and ``num_frames``; a file's own is not used.
    """

    host_settings = dict(pretrained=None, return_feat_map=True)

    def adapt_weights(self, state: Dict[str, Tensor],
                      own: Dict[str, Tensor]) -> List[str]:
        """Keep the table of positions, which is a formula.

        Args:
            state (dict[str, Tensor]): The file's weights, changed in place.
            own (dict[str, Tensor]): The model's.

        Returns:
            list[str]: What was done, in words.
        """
        if 'pos_embed' in self._parameters:
            return []
        state['pos_embed'] = own['pos_embed'].clone()
        return ['pos_embed computed, not taken from the file']

    def forward(self, x: Tensor) -> Tensor:
        """Encode clips.

        Args:
            x (Tensor): Normalised clips, shape (B, 3, T, H, W).

        Returns:
            Tensor: Shape (B, C, T', H', W').
        """
        x = super().forward(x)
        if self.fc_norm is None:
            return x
        # the norm is over the last axis
        return self.fc_norm(x.permute(0, 2, 3, 4, 1)).permute(0, 4, 1, 2, 3)
