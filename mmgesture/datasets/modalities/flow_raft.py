"""RAFT by torchvision, with weights from a local file."""
from dataclasses import dataclass

import cv2
import numpy as np
import torch

__all__ = ['RAFTFlow']

SIDE = 128
"""Pixels that the correlation pyramid of RAFT needs on each side."""


@dataclass(frozen=True)
class RAFTFlow:
    """Teed and Deng, "RAFT", ECCV 2020, as in torchvision.

    Nothing is downloaded: ``weights`` is a state dict on disk, for instance
    torchvision's own ``raft_large_C_T_SKHT_V2-ff5fadd5.pth`` or
    ``raft_small_C_T_V2-01064c6d.pth``.

    Args:
        weights (str): The file.
        size (str): 'large' or 'small'. Defaults to 'large'.
        device (str): Where to compute. Defaults to 'cpu'.
        updates (int): Refinements of a field. Defaults to 12.
    """

    weights: str
    size: str = 'large'
    device: str = 'cpu'
    updates: int = 12

    def __post_init__(self) -> None:
        if self.size not in ('large', 'small'):
            raise ValueError("expected size 'large' or 'small', got "
                             f'{self.size!r}')

    def build(self) -> torch.nn.Module:
        """The network with its weights.

        Returns:
            nn.Module: In evaluation mode, on the device.

        Raises:
            ImportError: If torchvision cannot be imported.
            FileNotFoundError: If there is no weight file.
            ValueError: If the file holds no weights of this network.
        """
        try:
            from torchvision.models import optical_flow
        except Exception as error:  # absent, or made for another torch
            raise ImportError(
                'RAFT needs torchvision, which cannot be imported '
                f'({type(error).__name__}: {error}); install the version '
                "that belongs to this torch, or choose 'dis'") from error
        model = getattr(optical_flow, f'raft_{self.size}')(
            weights=None, progress=False)
        try:
            model.load_state_dict(
                torch.load(
                    self.weights, map_location='cpu', weights_only=True))
        except FileNotFoundError as error:
            raise FileNotFoundError(
                f'{self.weights}: expected the weights of raft_{self.size}; '
                'download them by hand, nothing is fetched here') from error
        except Exception as error:  # no checkpoint, or of another network
            raise ValueError(
                f'{self.weights}: expected the weights of torchvision\'s '
                f'raft_{self.size}, got {str(error)[:300]}') from error
        return model.eval().to(self.device)

    @torch.no_grad()
    def __call__(self, frames: np.ndarray) -> np.ndarray:
        """Displacements from each frame to the next.

        Args:
            frames (np.ndarray): RGB, shape (N, H, W, 3), uint8.

        Returns:
            np.ndarray: Pixels, shape (N - 1, H, W, 2), float32.
        """
        height, width = frames.shape[1:3]
        if len(frames) < 2:
            return np.zeros((0, height, width, 2), np.float32)
        model = _cached(self)
        rows, columns = (max(-(-side // 8) * 8, SIDE) - side
                         for side in (height, width))
        flow, images = [], []
        for frame in frames:
            frame = cv2.copyMakeBorder(frame, 0, rows, 0, columns,
                                       cv2.BORDER_REPLICATE)
            # (H, W, 3) in 0..255 -> (1, 3, H, W) in -1..1
            image = torch.from_numpy(frame).permute(2, 0, 1)[None].float()
            images = images[-1:] + [(image / 127.5 - 1).to(self.device)]
            if len(images) == 2:
                field = model(*images, num_flow_updates=self.updates)[-1]
                # (1, 2, H, W) -> (H, W, 2)
                field = field[0].permute(1, 2, 0).cpu().numpy()
                flow.append(field[:height, :width])
        return np.stack(flow).astype(np.float32)


_MODELS: dict = {}


def _cached(settings: RAFTFlow) -> torch.nn.Module:
    """One network per process: blocks of frames share it."""
    if settings not in _MODELS:
        _MODELS.clear()
        _MODELS[settings] = settings.build()
    return _MODELS[settings]
