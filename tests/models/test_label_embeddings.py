import logging

import numpy as np
import pytest

from mmgesture.models.label_embeddings import (hashed_embeddings,
                                               label_embeddings, name_words,
                                               read_embeddings, read_glove)

NAMES = ('Touching or scratching neck', 'Rubbing eyes', 'Head up')
#: First numbers of the fallback for NAMES.
FIRST = [[0.41182148, -0.12185818, 0.21769658, -0.06765253],
         [-0.21003844, 0.12602307, 0.3315796, -0.00149398],
         [0.01729116, 0.23962569, 0.20504336, 0.3335018]]


@pytest.fixture
def glove(tmp_path):
    """A GloVe file of 3 numbers per word."""

    def write(text, name='glove.txt'):
        path = tmp_path / name
        path.write_text(text, encoding='utf-8')
        return str(path)

    return write


def messages(caplog):
    return [record.getMessage() for record in caplog.records]


@pytest.fixture(autouse=True)
def heard(caplog):
    """MMEngine's logger does not pass its messages on."""
    from mmengine.logging import MMLogger
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    caplog.set_level(logging.INFO)
    yield
    logger.removeHandler(caplog.handler)


@pytest.mark.parametrize('name, words', [
    ('Head up', ['head', 'up']),
    ('touch face (sic)', ['touch', 'face', 'sic']),
    ('Body-hand / Head_hand', ['body', 'hand', 'head', 'hand']),
    ("one's  caf\u00e9, 2 hands", ['one', 'cafe', '2', 'hands']),
    ('one\u2019s', ['one']),
    ('  ', []),
])
def test_words_of_a_name(name, words):
    assert name_words(name) == words


def test_a_class_is_the_mean_of_its_words(glove):
    path = glove('head 1 2 3\nother 9 9 9\nup 3 -2 0.5\n')
    vectors = label_embeddings(['Head up'], path, 1, 3)
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[2., 0., 1.75]]


def test_repeated_words_count_twice(glove):
    path = glove('hand 1 0 0\nto 0 1 0\n')
    vectors = label_embeddings(['hand to hand'], path, 1, 3)
    np.testing.assert_allclose(vectors, [[2 / 3, 1 / 3, 0]], rtol=1e-6)


def test_missing_words_are_reported_and_left_out(glove, caplog):
    path = glove('head 1 2 3\n')
    assert label_embeddings(['Head up'], path, 1, 3).tolist() == [[1, 2, 3]]
    text, = messages(caplog)
    assert path in text and "{'Head up': ['up']}" in text


def test_a_class_without_any_known_word_is_an_error(glove):
    with pytest.raises(ValueError, match=r"glove.txt has none .*'Head up'"):
        label_embeddings(['Head up'], glove('other 1 2 3\n'), 1, 3)


@pytest.mark.parametrize('line, got', [
    ('head 1 2', 'got 2 numbers'),
    ('head 1 2 3 4', 'got 4 numbers'),
    ('', 'got 0 numbers'),
    ('head', 'got 0 numbers'),
    ('head 1 x 3', "'x'"),
    ('head 1 nan 3', 'not finite'),
])
def test_a_broken_line_is_named(glove, line, got):
    path = glove(f'up 1 2 3\n{line}\n')
    with pytest.raises(
            ValueError,
            match=rf'glove.txt, line 2: expected a word and 3 .*{got}'):
        read_glove(path, {'head', 'up'}, 3)


def test_another_width_is_told_at_the_first_line(glove):
    with pytest.raises(ValueError, match='line 1: .*got 2 .*embed_dims'):
        read_glove(glove('up 1 2\nhead 1 2\n'), {'up'}, 3)
    with pytest.raises(ValueError, match='line 1: .*got 4 .*embed_dims'):
        read_glove(glove('up 1 2 3 4\n'), {'up'}, 3)


def test_the_head_line_of_word2vec_is_told(glove):
    with pytest.raises(ValueError, match='line 1: .*head line'):
        read_glove(glove('400000 3\nup 1 2 3\n'), {'up'}, 3)


def test_words_with_spaces_in_the_file_are_no_error(glove):
    table = read_glove(
        glove('. . . 1 2 3\nat name@domain.com 1 2 3\nup 4 5 6\n'), {'up'}, 3)
    assert table['up'].tolist() == [4, 5, 6]


def test_npy_rows_are_taken_as_they_are(tmp_path):
    path = str(tmp_path / 'vectors.npy')
    array = np.arange(6, dtype=np.float64).reshape(2, 3)
    np.save(path, array)
    assert np.array_equal(label_embeddings(None, path, 2, 3), array)


@pytest.mark.parametrize('array, got', [
    (np.zeros((3, 3)), r'got shape \(3, 3\)'),
    (np.zeros((2, 4)), r'got shape \(2, 4\)'),
    (np.zeros(6), r'got shape \(6,\)'),
    (np.array([['a', 'b', 'c']] * 2), 'got <U1'),
    (np.array([[0, 0, 0], [0, np.nan, 0]]), r'rows \[1\] are not finite'),
])
def test_other_arrays_are_refused(tmp_path, array, got):
    path = str(tmp_path / 'vectors.npy')
    np.save(path, array)
    with pytest.raises(
            ValueError, match=rf'vectors.npy expected .*\(2, 3\).*{got}'):
        read_embeddings(path, 2, 3)


@pytest.mark.parametrize('content', [b'', b'no array', b'\x93NUMPY\x01'])
def test_a_damaged_npy_is_named(tmp_path, content):
    path = tmp_path / 'vectors.npy'
    path.write_bytes(content)
    with pytest.raises(ValueError, match='vectors.npy expected'):
        read_embeddings(str(path), 2, 3)


def test_an_absent_file_is_named():
    with pytest.raises(FileNotFoundError, match='nowhere.txt'):
        label_embeddings(NAMES, 'nowhere.txt', 3)


def test_fallback_says_so_once_and_only_then(caplog, glove):
    label_embeddings(NAMES, None, 3)
    text, = messages(caplog)
    assert "not the paper's" in text
    caplog.clear()
    label_embeddings(['up'], glove('up 1 2 3\n'), 1, 3)
    assert messages(caplog) == []


def test_fallback_is_the_same_everywhere():
    vectors = hashed_embeddings(NAMES)
    assert vectors.shape == (3, 300) and vectors.dtype == np.float32
    np.testing.assert_allclose(
        np.linalg.norm(vectors, axis=1), 4.8, rtol=1e-5)
    # written down once: a change would change every training with it
    np.testing.assert_allclose(
        vectors[:, :4], FIRST, atol=1e-6)


def test_fallback_puts_names_with_common_words_together():
    a, b, c = hashed_embeddings(
        ['scratching neck', 'scratch the neck', 'sitting up'])
    cosines = np.array([a @ b, a @ c]) / 4.8**2
    assert cosines[0] > 0.5 and abs(cosines[1]) < 0.2


def test_fallback_ignores_case_and_punctuation():
    a, b = hashed_embeddings(['Head up', 'head, UP!'])
    assert np.array_equal(a, b)


@pytest.mark.parametrize('classes', [None, 'abc', ('a', 'b')])
def test_names_that_do_not_fit_are_errors(classes):
    with pytest.raises(ValueError, match='class names'):
        label_embeddings(classes, None, 3)


def test_a_name_without_words_is_an_error():
    with pytest.raises(ValueError, match=r"got '\?\?'"):
        hashed_embeddings(['head', '??'])
