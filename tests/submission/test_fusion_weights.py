import pytest

from mmgesture.submission import FusionWeights, read_weights, write_weights


def test_weights_are_read_as_they_were_written(tmp_path):
    path = tmp_path / 'new' / 'w.json'
    weights = FusionWeights(['rgb', 'flöw', 'depth'], [1, 1, 1], 'logit',
                            [1, 2, .5], dict(measure='top1'))
    write_weights(path, weights)
    assert read_weights(path) == weights
    assert weights.weights == [1 / 3] * 3


def test_weights_follow_the_names_and_not_the_order():
    weights = FusionWeights(['a', 'b'], [.25, .75], temperature=[1, 2])
    turned = weights.reordered(['b', 'a'])
    assert turned.weights == [.75, .25] and turned.temperature == [2, 1]
    with pytest.raises(ValueError, match='NAME=PATH'):
        weights.reordered(['a', 'c'])


@pytest.mark.parametrize('content, match', [
    ('{', 'not JSON'), ('[]', 'no weights file'),
    ('{"streams": ["a"], "weights": [1]}', 'no weights file'),
    ('{"mmgesture_fusion": 1, "streams": ["a"], "weights": [1], "x": 1}',
     "'x'"),
    ('{"mmgesture_fusion": 1, "streams": ["a", "b"], "weights": [1]}',
     'expected 2 weights'),
    ('{"mmgesture_fusion": 1, "streams": ["a", "a"], "weights": [1, 1]}',
     'every stream once')])
def test_broken_file_is_an_error_that_names_it(tmp_path, content, match):
    path = tmp_path / 'w.json'
    path.write_text(content)
    with pytest.raises(ValueError, match=match) as error:
        read_weights(path)
    assert str(path) in str(error.value)


def test_missing_file_says_who_writes_one(tmp_path):
    with pytest.raises(FileNotFoundError, match='tools/fuse.py'):
        read_weights(tmp_path / 'w.json')


def test_unknown_space_and_temperature_are_errors():
    with pytest.raises(ValueError, match='a space of'):
        FusionWeights(['a'], [1], 'votes')
    with pytest.raises(ValueError, match='1 temperatures above 0'):
        FusionWeights(['a'], [1], temperature=[0])
