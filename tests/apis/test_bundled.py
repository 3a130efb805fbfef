import pytest
import torch

from mmgesture.apis.bundled import STREAM_CONFIG, bundled_model
from mmgesture.engine import read_meta


def test_absence_says_how_to_train_one(tmp_path):
    with pytest.raises(FileNotFoundError, match='quickstart.sh.*train.py'):
        bundled_model(tmp_path / 'absent')
    with pytest.raises(FileNotFoundError,
                       match='train.py configs/stream/causal_mini-smg-rgb'):
        bundled_model(tmp_path / 'absent', STREAM_CONFIG)


def test_bundled_weights_are_small_plain_and_fit_their_config():
    from mmengine.config import Config
    from mmengine.registry import init_default_scope

    from mmgesture.registry import MODELS
    config, checkpoint = bundled_model()
    loaded = torch.load(checkpoint, weights_only=True)
    assert set(loaded) == {'meta', 'state_dict'}
    assert len(read_meta(checkpoint)['classes']) == 17
    init_default_scope('mmaction')
    model = MODELS.build(Config.fromfile(config).model)
    model.load_state_dict(loaded['state_dict'])
    with open(checkpoint, 'rb') as file:
        assert len(file.read()) < 10e6
