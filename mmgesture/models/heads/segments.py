"""What the heads over frames ask of the number of frames."""
from mmaction.models.heads import BaseHead

__all__ = ['check_segments']


def check_segments(head: BaseHead, num_segs: int, fcn_test: bool) -> None:
    """Refuse frames that do not make whole clips.

    Args:
        head (BaseHead): Head with ``num_segments``.
        num_segs (int): Frames per sample, all its clips together.
        fcn_test (bool): Whether maps come in fully convolutional layout.

    Raises:
        ValueError: If the head cannot use them.
    """
    name = type(head).__name__
    if fcn_test:
        raise ValueError(f'{name} expected fcn_test=False in test_cfg: it '
                         'scores whole clips')
    if num_segs < 1 or num_segs % head.num_segments:
        raise ValueError(
            f'{name} expected a multiple of num_segments='
            f'{head.num_segments} frames per sample, got {num_segs}: set '
            'num_segments of backbone and head to the clip_len of the '
            'pipeline')
