"""The encoder of MSF-Mamba: VideoMamba's code with other choices."""
from typing import Optional, Sequence, Union

from mmgesture.registry import MODELS
from .video_mamba import VideoMamba


@MODELS.register_module()
class MSFMamba(VideoMamba):
    """The encoder of MSF-Mamba (arXiv 2510.10478, Sec. III-B and III-C).

    VideoMamba without class token, with the two directions averaged (Eq. 9)
    and the feature map F (B, d, T, H', W') as output. Its motion-aware state
    fusion comes after the last block: necks ``MCFM`` and ``ASWM``.

    Args:
        arch (str | dict): As in :class:`VideoMamba`. Defaults to
            ``'small'``.
        img_size (int | Sequence[int]): Pixels. Defaults to 224.
        patch_size (int): Pixels per token and axis. Defaults to 16.
        tubelet_size (int): Frames per token. Defaults to 1.
        num_frames (int): Frames T of a clip. Defaults to 16.
        in_channels (int): Channels of the clip. Defaults to 3.
        embed_dims (int, optional): Overrides ``arch``. Defaults to None.
        depth (int, optional): Overrides ``arch``. Defaults to None.
        d_state (int): States N per channel. Defaults to 16.
        d_conv (int): Width of the mixers' convolution. Defaults to 4.
        expand (int): Inner width of the mixers over d. Defaults to 2.
        dt_rank (int | str): See :class:`VideoMamba`. Defaults to
            ``'auto'``.
        cls_token (bool): Defaults to False.
        merge (str): Defaults to ``'mean'``.
        scan_order (str): Defaults to ``'bidirectional'``.
        scan_window (int): Defaults to 7.
        patch_embed (str): ``'linear'`` or ``'conv'``. Defaults to
            ``'linear'``.
        output (str): Defaults to ``'map'``.
        drop_path_rate (float): Defaults to 0.
        with_cp (bool): Defaults to False.
        scan_backend (str): Defaults to ``'auto'``.
        init_cfg (dict | list[dict], optional): Defaults to None.
    """

    def __init__(self,
                 arch: Union[str, dict] = 'small',
                 img_size: Union[int, Sequence[int]] = 224,
                 patch_size: int = 16,
                 tubelet_size: int = 1,
                 num_frames: int = 16,
                 in_channels: int = 3,
                 embed_dims: Optional[int] = None,
                 depth: Optional[int] = None,
                 d_state: int = 16,
                 d_conv: int = 4,
                 expand: int = 2,
                 dt_rank: Union[int, str] = 'auto',
                 cls_token: bool = False,
                 merge: str = 'mean',
                 scan_order: str = 'bidirectional',
                 scan_window: int = 7,
                 patch_embed: str = 'linear',
                 output: str = 'map',
                 drop_path_rate: float = 0.,
                 with_cp: bool = False,
                 scan_backend: str = 'auto',
                 init_cfg: Union[dict, list, None] = None) -> None:
        super().__init__(
            arch=arch,
            img_size=img_size,
            patch_size=patch_size,
            tubelet_size=tubelet_size,
            num_frames=num_frames,
            in_channels=in_channels,
            embed_dims=embed_dims,
            depth=depth,
            d_state=d_state,
            d_conv=d_conv,
            expand=expand,
            dt_rank=dt_rank,
            cls_token=cls_token,
            merge=merge,
            scan_order=scan_order,
            scan_window=scan_window,
            patch_embed=patch_embed,
            output=output,
            drop_path_rate=drop_path_rate,
            with_cp=with_cp,
            scan_backend=scan_backend,
            init_cfg=init_cfg)
