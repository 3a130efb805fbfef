"""Opening arrays from files without running anything that is in them."""
import pickle
import zipfile
import zlib

import numpy as np
import torch

from ..media_errors import UnreadableMediaError

__all__ = ['SUFFIXES', 'open_array']

SUFFIXES = ('.npy', '.npz', '.pt')


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
    try:
        if path.endswith('.pt'):
            tensor = torch.load(path, map_location='cpu', weights_only=True)
            if not torch.is_tensor(tensor):
                raise ValueError('expected a single tensor, got '
                                 f'{type(tensor).__name__}')
            return tensor.float().numpy()
        if path.endswith('.npz'):
            with np.load(path, allow_pickle=False) as file:
                if len(file.files) != 1:
                    raise ValueError('expected a single array, got '
                                     f'{file.files}')
                return file[file.files[0]]
        return np.load(path, mmap_mode='r', allow_pickle=False)
    except FileNotFoundError as error:
        raise UnreadableMediaError(path, 'no such file') from error
    except (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile,
            zlib.error, pickle.UnpicklingError) as error:
        raise UnreadableMediaError(
            path, f'cannot be read as an array: {str(error)[:200]}'
        ) from error
