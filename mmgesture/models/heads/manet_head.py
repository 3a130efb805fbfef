"""MA-Net's head: class scores, and in training the label's word vector."""
from typing import Dict, List, Optional, Sequence, Tuple, Union

import torch
from mmaction.models.heads import BaseHead
from mmengine.utils import get_object_from_string
from torch import Tensor, nn
from torch.nn import functional as F

from mmgesture.registry import MODELS
from ..label_embeddings import label_embeddings
from .segments import check_segments

__all__ = ['MANetHead']


@MODELS.register_module()
class MANetHead(BaseHead):
    """Classification and an embedding of the label, learned jointly.

    Guo et al., "Benchmarking Micro-action Recognition" (MA-Net), IEEE TCSVT
    2024. With f the mean over the pixels of a frame, after dropout::

        score = mean over frames of fc_cls(f)
        emb   = mean over frames of fc_emb_t(tanh(fc_emb(f)))
        loss  = CE(score, y) + emb_loss_weight * MSE(emb, e_y)

    where e_y is a fixed vector of the words of class y and the MSE a mean
    over batch and vector (the code adds both into one number; here they are
    ``loss_cls`` and ``loss_emb``). Inference gives class scores only, and
    needs neither class names nor vectors: they are read at the first loss.

    ``fc_cls`` is registered last on purpose: MMAction2's
    ``TSMOptimWrapperConstructor`` gives the five-fold learning rate to the
    last linear layer, which in the official model is ``fc_emb_t``.

    Args:
        num_classes (int): Classes, K.
        in_channels (int): Channels of the encoder, C. Defaults to 2048.
        num_segments (int): Frames of a clip, T. Defaults to 16.
        classes (Sequence[str] | str, optional): Class names by label, or
            the dotted name of a tuple of them, such as
            ``'mmgesture.datasets.smg.SMG_CLASSES'``. Defaults to None.
        label_vectors (str, optional): ``.npy`` file of shape (K, D) or text
            file of GloVe vectors; None for hashed character n-grams, see
            :func:`label_embeddings`. Defaults to None.
        embed_dims (int): Numbers of a vector, D. Defaults to 300.
        emb_loss_weight (float): Defaults to 50.
        dropout_ratio (float): Defaults to 0.5.
        init_std (float): Of all three layers. Defaults to 0.001.
        loss_cls (dict): Config of the loss. Defaults to
            ``dict(type='CrossEntropyLoss')``.
        label_smooth_eps (float): Label smoothing of the scores' loss.
            Defaults to 0.
        topk (int | Sequence[int]): Accuracies logged in training. Defaults
            to (1, 5).
        average_clips (str, optional): ``'prob'``, ``'score'`` or None: how
            several clips are averaged at test. Defaults to ``'prob'``.
        init_cfg (dict, optional): Defaults to None.
    """

    def __init__(self,
                 num_classes: int,
                 in_channels: int = 2048,
                 num_segments: int = 16,
                 classes: Optional[Union[str, Sequence[str]]] = None,
                 label_vectors: Optional[str] = None,
                 embed_dims: int = 300,
                 emb_loss_weight: float = 50.,
                 dropout_ratio: float = 0.5,
                 init_std: float = 0.001,
                 loss_cls: dict = dict(type='CrossEntropyLoss'),
                 label_smooth_eps: float = 0.,
                 topk: Union[int, Sequence[int]] = (1, 5),
                 average_clips: Optional[str] = 'prob',
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(
            num_classes,
            in_channels,
            loss_cls=loss_cls,
            label_smooth_eps=label_smooth_eps,
            topk=topk if isinstance(topk, int) else tuple(topk),
            average_clips=average_clips,
            init_cfg=init_cfg)
        self.num_segments = num_segments
        self.classes = classes
        self.label_vectors = label_vectors
        self.embed_dims = embed_dims
        self.emb_loss_weight = emb_loss_weight
        self.init_std = init_std
        self.dropout = nn.Dropout(dropout_ratio)
        self.fc_emb = nn.Linear(in_channels, embed_dims)
        self.fc_emb_t = nn.Linear(embed_dims, embed_dims)
        # last: see above
        self.fc_cls = nn.Linear(in_channels, num_classes)
        # not in checkpoints: it is an input of training, no weight
        self.register_buffer('_targets', None, persistent=False)

    def init_weights(self) -> None:
        """Draw all layers small."""
        for layer in (self.fc_emb, self.fc_emb_t, self.fc_cls):
            nn.init.normal_(layer.weight, std=self.init_std)
            nn.init.zeros_(layer.bias)

    def class_names(self) -> Optional[Sequence[str]]:
        """The class names, looked up if they were given by a dotted name.

        Returns:
            Sequence[str] | None: Names by label, None if none were given.

        Raises:
            ValueError: If there is nothing of that dotted name.
        """
        if not isinstance(self.classes, str):
            return self.classes
        names = get_object_from_string(self.classes)
        if names is None:
            raise ValueError(
                f'MANetHead found no classes at {self.classes!r}')
        return names

    def targets(self) -> Tensor:
        """The vectors of all classes, read when first asked for.

        Returns:
            Tensor: Shape (K, D), on the head's device.

        Raises:
            FileNotFoundError: If the named file does not exist.
            ValueError: If names or file do not fit the head.
        """
        if self._targets is None:
            vectors = label_embeddings(self.class_names(), self.label_vectors,
                                       self.num_classes, self.embed_dims)
            self._targets = torch.from_numpy(vectors).to(
                self.fc_emb.weight.device)
        return self._targets

    def _pool(self, x: Tensor, num_segs: int, fcn_test: bool) -> Tensor:
        """(B * V * T, C, H, W) -> (B * V, T, C)."""
        check_segments(self, num_segs, fcn_test)
        x = self.dropout(x.mean(dim=(2, 3)))
        return x.unflatten(0, (-1, self.num_segments))

    def forward(self,
                x: Tensor,
                num_segs: int,
                loss_aux: Optional[Dict] = None,
                fcn_test: bool = False) -> Tensor:
        """Compute class scores.

        Args:
            x (Tensor): Feature maps, clip by clip, shape (B * V * T, C, H,
                W) with V clips per sample.
            num_segs (int): V * T.
            loss_aux (dict, optional): Losses of a neck; not used here.
                Defaults to None.
            fcn_test (bool): Must be False. Defaults to False.

        Returns:
            Tensor: Scores, shape (B * V, K).

        Raises:
            ValueError: If the frames do not make whole clips.
        """
        return self.fc_cls(self._pool(x, num_segs, fcn_test)).mean(dim=1)

    def scores_and_embedding(self, x: Tensor,
                             num_segs: int) -> Tuple[Tensor, Tensor]:
        """Compute class scores and the embedding of the same features.

        Args:
            x (Tensor): See :meth:`forward`.
            num_segs (int): See :meth:`forward`.

        Returns:
            tuple[Tensor, Tensor]: Scores (B * V, K), embedding (B * V, D).
        """
        x = self._pool(x, num_segs, False)
        embedding = self.fc_emb_t(self.fc_emb(x).tanh()).mean(dim=1)
        return self.fc_cls(x).mean(dim=1), embedding

    def loss(self,
             feats: Tensor,
             data_samples: List,
             num_segs: int,
             loss_aux: Optional[Dict] = None) -> Dict[str, Tensor]:
        """Compute both losses.

        Args:
            feats (Tensor): Feature maps, shape (B * T, C, H, W).
            data_samples (list[ActionDataSample]): Their samples; labels are
                indices or, after mixing, one weight per class.
            num_segs (int): T.
            loss_aux (dict, optional): Losses of a neck; the recognizer adds
                them. Defaults to None.

        Returns:
            dict[str, Tensor]: ``loss_cls``, ``loss_emb`` and accuracies.

        Raises:
            ValueError: If names, vectors or frames do not fit the head.
        """
        scores, embedding = self.scores_and_embedding(feats, num_segs)
        losses = self.loss_by_feat(scores, data_samples)
        labels = torch.stack([s.gt_label.squeeze() for s in data_samples])
        labels = labels.to(scores.device)
        targets = self.targets()
        # mixed labels want the same mixture of vectors
        target = (
            targets[labels] if labels.dim() == 1 else
            labels.to(targets.dtype) @ targets)
        losses['loss_emb'] = self.emb_loss_weight * F.mse_loss(
            embedding.float(), target)
        return losses
