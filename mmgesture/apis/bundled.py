"""The model that travels with the package."""
from pathlib import Path
from typing import Optional, Tuple, Union

from mmgesture.resources import get_config

#: The config of the bundled model; the weights have its name.
CONFIG = 'msf_mamba/msf-quickstart_mini-smg.py'
PRETRAINED = Path(__file__).resolve().parents[1] / 'pretrained'


def bundled_model(
        folder: Optional[Union[str, Path]] = None) -> Tuple[str, str]:
    """Paths of the bundled model's config and checkpoint.

    It was trained on drawn people (mini-SMG) and knows drawn people only:
    ``mmgesture/pretrained/README.md`` says on which.

    Args:
        folder (str | Path, optional): Where to look; by default
            ``pretrained`` in the package. Defaults to None.

    Returns:
        tuple[str, str]: The config's and the checkpoint's path.

    Raises:
        FileNotFoundError: If there is none; the message says how to train
            one.
    """
    folder = Path(PRETRAINED if folder is None else folder)
    checkpoint = folder / Path(CONFIG).with_suffix('.pth').name
    if checkpoint.is_file():
        return str(get_config(CONFIG)), str(checkpoint)
    raise FileNotFoundError(
        f'{checkpoint}: no model is bundled with this installation; name one '
        'with --config and --checkpoint. "bash tools/quickstart.sh" trains '
        'one in minutes, "python tools/train.py CONFIG" trains on your own '
        'data')
