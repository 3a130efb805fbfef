import json

import numpy as np
import pytest

from mmgesture.online import DecoderSettings


def test_the_lower_threshold_is_a_share_of_the_upper_one():
    settings = DecoderSettings((.5, .8), off_ratio=.5)
    np.testing.assert_allclose(settings.off, [.25, .4])


def test_they_go_through_json():
    settings = DecoderSettings.uniform(3, .4, patience=.2)
    stored = json.loads(json.dumps(settings.to_dict()))
    assert DecoderSettings.from_dict(stored) == settings


@pytest.mark.parametrize('changes, words', [
    (dict(on=()), 'one threshold'), (dict(on=(0., .5)), 'one threshold'),
    (dict(on=(1.1, )), 'one threshold'), (dict(off_ratio=0), 'off_ratio'),
    (dict(overlap=1.5), 'overlap'), (dict(patience=-1), 'patience'),
    (dict(min_length=float('nan')), 'min_length')])
def test_impossible_ones_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        DecoderSettings(**{'on': (.5, ), **changes})


@pytest.mark.parametrize('values', [dict(off_ratio=.5),
                                    dict(on=[.5], other=1)])
def test_unknown_or_missing_keys_are_refused(values):
    with pytest.raises(ValueError, match='settings with "on"'):
        DecoderSettings.from_dict(values)
