import pytest
from mmengine.config import Config

from mmgesture.engine.checkpoint import CheckpointMismatchError
from mmgesture.engine.checkpoint_meta import check_classes, preprocessing_of


def test_preprocessing_is_the_test_pipeline_in_plain_dicts():
    config = Config(
        dict(
            model=dict(data_preprocessor=dict(type='P', mean=[1., 2., 3.])),
            val_dataloader=dict(dataset=dict(pipeline=[dict(type='V')])),
            test_dataloader=dict(
                dataset=dict(
                    type='RepeatDataset',
                    dataset=dict(pipeline=[dict(type='T', size=(2, 3))])))))
    found = preprocessing_of(config)
    assert found == dict(
        pipeline=[dict(type='T', size=(2, 3))],
        data_preprocessor=dict(type='P', mean=[1., 2., 3.]))
    assert type(found['pipeline'][0]) is dict
    config.test_dataloader = None
    assert preprocessing_of(config)['pipeline'] == [dict(type='V')]
    assert preprocessing_of(Config()) == dict(
        pipeline=None, data_preprocessor=None)


def test_preprocessing_of_a_concatenation_is_its_first_sets():
    sets = [
        dict(type='RepeatDataset', dataset=dict(pipeline=[dict(type=name)]))
        for name in 'AB'
    ]
    joined = dict(type='ConcatDataset', datasets=sets)
    config = Config(dict(test_dataloader=dict(dataset=joined)))
    assert preprocessing_of(config)['pipeline'] == [dict(type='A')]


def test_equal_or_unknown_classes_pass():
    check_classes(['a', 'b'], ('a', 'b'), 'x')
    check_classes(None, ['a'], 'x')
    check_classes(['a'], None, 'x')


def test_other_order_of_classes_is_an_error_that_names_the_first():
    with pytest.raises(CheckpointMismatchError) as caught:
        check_classes(['a', 'b', 'c'], ['a', 'c', 'b'], 'run/x.pth')
    for part in ('run/x.pth', '2 of 3', 'number 1', "'c'", "'b'"):
        assert part in str(caught.value)


def test_other_number_of_classes_is_an_error():
    with pytest.raises(CheckpointMismatchError, match='has 1, .* has 2'):
        check_classes(['a', 'b'], ['a'], 'x')
