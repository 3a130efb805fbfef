"""Finding the configs and tools that travel with the package."""
from pathlib import Path
from typing import Union

__all__ = ['get_config', 'resource_root']


def resource_root() -> Path:
    """Return the folder that holds ``configs`` and ``tools``.

    That is the repository in a checkout or an editable installation, and
    ``mmgesture/.mim`` in an installed wheel.

    Raises:
        FileNotFoundError: If neither is there.
    """
    package = Path(__file__).resolve().parent
    for root in (package.parent, package / '.mim'):
        if (root / 'configs' / '_base_').is_dir():
            return root
    raise FileNotFoundError(
        f'the configs of mmgesture are neither beside {package} nor in '
        f'{package / ".mim"}; reinstall the package: pip install .')


def get_config(name: Union[str, Path]) -> Path:
    """Return the path of a config that ships with mmgesture.

    Args:
        name (str | Path): Path below ``configs``, for instance
            ``'msf_mamba/msf-s_smg.py'``.

    Returns:
        Path: The absolute path, to be read with ``Config.fromfile``.

    Raises:
        FileNotFoundError: If there is no such config; the message lists the
            ones of the same folder.
    """
    root = resource_root() / 'configs'
    path = root / name
    if path.is_file():
        return path
    folder = path.parent if path.parent.is_dir() else root
    known = sorted(
        str(p.relative_to(root)) for p in folder.rglob('*.py')
        if '_base_' not in p.parts)
    raise FileNotFoundError(f'no config {str(name)!r} in {root}; there are: '
                            f'{", ".join(known)}')
