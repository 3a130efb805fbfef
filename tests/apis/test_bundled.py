import hashlib
from pathlib import Path

import pytest
import torch

from mmgesture.apis.bundled import CONFIG, STREAM_CONFIG, bundled_model
from mmgesture.apis.preflight import read_manifest
from mmgesture.apis.stream import (load_stream_detector,
                                   stored_stream_settings)
from mmgesture.engine import read_meta


def test_absence_says_how_to_train_one(tmp_path):
    with pytest.raises(FileNotFoundError, match='quickstart.sh.*train.py'):
        bundled_model(tmp_path / 'absent')
    with pytest.raises(FileNotFoundError,
                       match='train.py configs/stream/causal_mini-smg-rgb'):
        bundled_model(tmp_path / 'absent', STREAM_CONFIG)


@pytest.mark.parametrize('name', [CONFIG, STREAM_CONFIG])
def test_bundled_weights_are_small_plain_and_fit_their_config(name):
    from mmengine.config import Config
    from mmengine.registry import init_default_scope

    from mmgesture.registry import MODELS
    config, checkpoint = bundled_model(config=name)
    loaded = torch.load(checkpoint, weights_only=True)
    assert set(loaded) == {'meta', 'state_dict'}
    assert len(read_meta(checkpoint)['classes']) == 17
    init_default_scope('mmaction')
    model = MODELS.build(Config.fromfile(config).model)
    model.load_state_dict(loaded['state_dict'])
    content = Path(checkpoint).read_bytes()
    assert len(content) < 10e6
    assert hashlib.sha256(content).hexdigest() == read_manifest()[
        'bundled'][Path(checkpoint).name]


def test_the_bundled_stream_model_has_thresholds_for_every_look_ahead():
    detector = load_stream_detector(*bundled_model(config=STREAM_CONFIG))
    meta = read_meta(bundled_model(config=STREAM_CONFIG)[1])
    assert sorted(stored_stream_settings(meta)) == sorted(
        detector.network.lookaheads)
