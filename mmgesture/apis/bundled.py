"""The models that travel with the package."""
from pathlib import Path
from typing import Optional, Tuple, Union

from mmgesture.resources import get_config

#: The configs of the bundled models; the weights have their names.
CONFIG = 'msf_mamba/msf-quickstart_mini-smg.py'
STREAM_CONFIG = 'stream/causal_mini-smg-rgb.py'
#: What to know of them before one believes them.
REMARK = ('the bundled model has seen drawn people only: on real ones its '
          'answers show how the tool works, not what somebody does')
PRETRAINED = Path(__file__).resolve().parents[1] / 'pretrained'


def bundled_model(folder: Optional[Union[str, Path]] = None,
                  config: str = CONFIG) -> Tuple[str, str]:
    """Paths of a bundled model's config and checkpoint.

    It was trained on drawn people (mini-SMG) and knows drawn people only:
    ``mmgesture/pretrained/README.md`` says on which.

    Args:
        folder (str | Path, optional): Where to look; by default
            ``pretrained`` in the package. Defaults to None.
        config (str): :data:`CONFIG`, the recognizer of clips, or
            :data:`STREAM_CONFIG`, the stream model. Defaults to CONFIG.

    Returns:
        tuple[str, str]: The config's and the checkpoint's path.

    Raises:
        FileNotFoundError: If there is none; the message says how to train
            one.
    """
    folder = Path(PRETRAINED if folder is None else folder)
    checkpoint = folder / Path(config).with_suffix('.pth').name
    if checkpoint.is_file():
        return str(get_config(config)), str(checkpoint)
    raise FileNotFoundError(
        f'{checkpoint}: no model is bundled with this installation; name one '
        'with --config and --checkpoint. ' +
        ('"bash tools/quickstart.sh" trains one in minutes, "python '
         'tools/train.py CONFIG" trains on your own data'
         if config == CONFIG else
         f'"python tools/train.py configs/{config}" trains one'))
