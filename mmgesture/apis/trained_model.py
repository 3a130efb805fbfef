"""A trained model out of its config and checkpoint, ready to predict."""
import json
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Union

import torch
from mmengine.config import Config
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope

from mmgesture.engine.checkpoint import (load_local, load_weights,
                                         trusting_checkpoints)
from mmgesture.engine.checkpoint_meta import preprocessing_of
from mmgesture.registry import MODELS, TRANSFORMS
from .preflight import innermost_datasets

__all__ = ['TrainedModel', 'load_model', 'test_dataset']


class TrainedModel(NamedTuple):
    """A model with what belongs to it.

    Attributes:
        cfg (Config): Its config.
        model (torch.nn.Module): In evaluation mode, on its device.
        transforms (list): The steps of the test pipeline.
        meta (dict): Meta of the checkpoint.
        classes (list[str], optional): Class names; None: neither checkpoint
            nor config have them.
    """

    cfg: Config
    model: torch.nn.Module
    transforms: list
    meta: Dict[str, Any]
    classes: Optional[List[str]]


def test_dataset(config: Config) -> Config:
    """Config of the test set, out of its wrappers.

    Args:
        config (Config): A full config.

    Returns:
        Config: The first innermost one.
    """
    return innermost_datasets(config.test_dataloader.dataset)[0]


def load_model(config: Union[str, Path, Config],
               checkpoint: Union[str, Path],
               device: str = 'cpu',
               trust_checkpoint: bool = False) -> TrainedModel:
    """Build a model and fill it.

    Args:
        config (str | Path | Config): Config that it was trained with.
        checkpoint (str | Path): Its checkpoint.
        device (str): Where to compute. Defaults to 'cpu'.
        trust_checkpoint (bool): Unpickle a foreign checkpoint, which may run
            code of its author. Defaults to False.

    Returns:
        TrainedModel: Ready to predict.

    Raises:
        FileNotFoundError: If config or checkpoint is absent.
        CheckpointError: If the checkpoint is damaged, does not fit the model
            or needs trust.
        ValueError: If class names contradict each other.
    """
    if not isinstance(config, Config):
        if not Path(config).is_file():
            raise FileNotFoundError(f'no config at {config}')
        config = Config.fromfile(str(config))
    with trusting_checkpoints(trust_checkpoint):
        loaded = load_local(checkpoint, map_location='cpu')
    # Names of types are looked up where the config expects them, whoever
    # set another default scope before.
    scope = config.get('default_scope', 'mmaction')
    with DefaultScope.overwrite_default_scope(scope):
        model = MODELS.build(config.model)
        transforms = [
            TRANSFORMS.build(step) for step in test_dataset(config).pipeline
        ]
    load_weights(model, loaded.get('state_dict', loaded), str(checkpoint))
    meta = loaded.get('meta') or {}
    classes = _class_names(config, meta, str(checkpoint))
    _warn_of_other_preprocessing(config, meta, str(checkpoint))
    model.to(torch.device(device)).eval()
    return TrainedModel(config, model, transforms, meta, classes)


def _warn_of_other_preprocessing(config: Config, meta: Dict[str, Any],
                                 checkpoint: str) -> None:
    """Warn when the model was trained for other inputs."""
    trained = meta.get('preprocessing')
    if not trained:
        return
    ours = preprocessing_of(config)
    # compared as JSON, where tuples and lists are the same
    differing = [
        key for key in ours
        if json.dumps(ours[key], sort_keys=True, default=str) != json.dumps(
            trained.get(key), sort_keys=True, default=str)
    ]
    if differing:
        MMLogger.get_current_instance().warning(
            f'{checkpoint} was trained with another '
            f'{" and another ".join(differing)} than the config has; the '
            'scores may be wrong')


def _class_names(config: Config, meta: Dict[str, Any],
                 checkpoint: str) -> Optional[List[str]]:
    """Class names of the checkpoint, else of the config."""
    dataset_meta = meta.get('dataset_meta') or {}
    stored = meta.get('classes') or dataset_meta.get('classes')
    metainfo = test_dataset(config).get('metainfo') or {}
    written = metainfo.get('classes')
    if stored and written and list(stored) != list(written):
        raise ValueError(
            f'{checkpoint}: its class names differ from the '
            f'{len(written)} under test_dataloader.dataset.metainfo.classes '
            'of the config; remove those, or use the matching checkpoint')
    names = stored or written
    return None if names is None else [str(name) for name in names]
