"""The last transform: results dict to model input."""
from typing import Dict, Sequence

from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform, to_tensor

from mmgesture.registry import TRANSFORMS


@TRANSFORMS.register_module()
class PackGestureInputs(BaseTransform):
    """Pack frames and identity of a sample.

    Unlike MMAction2's PackActionInputs it keeps the name of the sample, so
    that every score can be joined by id, and it allows hidden labels.

    Required Keys:

    - imgs: shape (num_clips, C, T, H, W), uint8, as FormatShape makes it
    - sample_id
    - filename
    - label (int, optional)

    The data sample has ``gt_label`` only if the label is known, and the
    metainfo ``sample_id, video, img_shape, num_clips, unreadable``.

    Args:
        meta_keys (Sequence[str]): Further keys to keep in the metainfo if
            they are there. Defaults to ('subject', 'split', 'fps').
    """

    def __init__(
        self, meta_keys: Sequence[str] = ('subject', 'split', 'fps')
    ) -> None:
        self.meta_keys = tuple(meta_keys)

    def transform(self, results: Dict) -> Dict:
        """Pack.

        Args:
            results (dict): See the class.

        Returns:
            dict: ``inputs`` (Tensor): shape (num_clips, C, T, H, W), uint8;
            ``data_samples`` (ActionDataSample).
        """
        sample = ActionDataSample()
        if results.get('label') is not None:
            sample.set_gt_label(int(results['label']))
        meta = {k: results[k] for k in self.meta_keys if k in results}
        meta.update(
            sample_id=results['sample_id'],
            video=results['filename'],
            img_shape=results.get('img_shape'),
            num_clips=results.get('num_clips', 1),
            unreadable=bool(results.get('unreadable', False)))
        sample.set_metainfo(meta)
        return dict(inputs=to_tensor(results['imgs']), data_samples=sample)

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}(meta_keys={self.meta_keys})'
