"""What a checkpoint says about itself: preprocessing and classes."""
import copy
from typing import Any, Dict, List, Optional

from mmengine.config import Config

from .checkpoint_file import CheckpointMismatchError

__all__ = ['check_classes', 'preprocessing_of']


def preprocessing_of(cfg: Config) -> Dict[str, Any]:
    """Return what turns a video into the model's input, as plain dicts.

    Args:
        cfg (Config): A full config.

    Returns:
        dict: ``pipeline`` (list of dict: the test pipeline, of the first set
        where several are joined) and ``data_preprocessor`` (dict), each None
        where the config has none.
    """
    loader = cfg.get('test_dataloader') or cfg.get('val_dataloader') or {}
    dataset = loader.get('dataset') or {}
    while 'dataset' in dataset or dataset.get('datasets'):
        dataset = dataset.get('dataset') or dataset['datasets'][0]
    model = cfg.get('model') or {}
    found = dict(
        pipeline=dataset.get('pipeline'),
        data_preprocessor=model.get('data_preprocessor'))
    return Config(copy.deepcopy(found)).to_dict()


def check_classes(expected: Optional[List[str]], found: Optional[List[str]],
                  source: str) -> None:
    """Check that a checkpoint was trained on the classes of the data set.

    Args:
        expected (list[str], optional): Classes of the data set, in order.
        found (list[str], optional): Classes in the checkpoint.
        source (str): Name of the checkpoint, for the message.

    Raises:
        CheckpointMismatchError: If both are known and differ.
    """
    if expected is None or found is None or list(expected) == list(found):
        return
    if len(expected) != len(found):
        what = f'it has {len(found)}, the data set has {len(expected)}'
    else:
        pairs = [(i, a, b) for i, (a, b) in enumerate(zip(expected, found))
                 if a != b]
        i, ours, theirs = pairs[0]
        what = (f'{len(pairs)} of {len(found)} differ, first number {i}: '
                f'{theirs!r} in the checkpoint, {ours!r} in the data set')
    raise CheckpointMismatchError(
        f'{source} was trained on other classes: {what}. Use the data set '
        'that it was trained on, or fine-tune with tools/train.py '
        '--load-from ... --allow-partial')
