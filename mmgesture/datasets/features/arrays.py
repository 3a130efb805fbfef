"""Opening arrays from files without running anything that is in them."""
import numpy as np
import torch

from ..array_files import open_npy, open_npz
from ..media_errors import blaming, check_file

__all__ = ['SUFFIXES', 'open_array']

SUFFIXES = ('.npy', '.npz', '.pt')
WHAT = 'cannot be read as an array'


def open_array(path: str) -> np.ndarray:
    """Open an array; an npy is mapped and not read.

    Args:
        path (str): An .npy, an .npz with one array, or a .pt with one
            tensor.

    Returns:
        np.ndarray: Any shape and type.

    Raises:
        UnreadableMediaError: If the file is absent, broken or holds
            something else.
    """
    if path.endswith('.pt'):
        check_file(path)
        with blaming(path, WHAT):
            tensor = torch.load(path, map_location='cpu', weights_only=True)
            if not torch.is_tensor(tensor):
                raise ValueError('expected a single tensor, got '
                                 f'{type(tensor).__name__}')
            return tensor.float().numpy()
    if path.endswith('.npz'):
        with open_npz(path, WHAT) as file:
            if len(file.files) != 1:
                raise ValueError('expected a single array, got '
                                 f'{file.files}')
            return file[file.files[0]]
    return open_npy(path, WHAT)
