import json

import numpy as np
import pytest

from mmgesture.submission import ScoreFile, read_scores, write_scores

HEADER = {'mmgesture_scores': 1, 'classes': ['a', 'b'], 'config': 'c.py',
          'checkpoint': 'k.pth'}


def row(**changes):
    return {'sample_id': 's1', 'label': 0, 'scores': [.25, .75],
            'unreadable': False, **changes}


def write_lines(path, *lines):
    path.write_text('\n'.join(
        line if isinstance(line, str) else json.dumps(line)
        for line in lines) + '\n')
    return path


def test_what_was_written_is_read(tmp_path):
    scores = np.random.default_rng(0).dirichlet(np.ones(3), 4)
    written = ScoreFile(
        sample_ids=['x 1', 'ü', 'c', 'd'],
        scores=scores.astype(np.float32),
        classes=['a', 'b', 'ç'],
        labels=[0, None, np.int64(2), 1],
        unreadable=[False, True, False, False],
        config='c.py',
        checkpoint='k.pth')
    path = tmp_path / 'new folder' / 'scores.jsonl'
    write_scores(path, written)
    found = read_scores(path)
    assert found.sample_ids == written.sample_ids
    assert found.labels == [0, None, 2, 1]
    assert found.classes == written.classes
    assert (found.config, found.checkpoint) == ('c.py', 'k.pth')
    assert found.unreadable.tolist() == [False, True, False, False]
    # nine digits restore each float32
    assert (found.scores.astype(np.float32) == scores.astype(
        np.float32)).all()


def test_known_clips_are_those_with_a_label(tmp_path):
    path = write_lines(tmp_path / 's.jsonl', HEADER, row(),
                       row(sample_id='s2', label=None),
                       row(sample_id='s3', label=1))
    scores = read_scores(path)
    assert scores.known.tolist() == [True, False, True]
    assert scores.known_labels().tolist() == [0, 1]


def test_label_and_flag_may_be_left_out(tmp_path):
    path = write_lines(tmp_path / 's.jsonl', HEADER, '',
                       {'sample_id': 's', 'scores': [0, 1]})
    scores = read_scores(path)
    assert scores.labels == [None] and not scores.unreadable.any()


def test_header_alone_is_an_empty_score_file(tmp_path):
    scores = read_scores(write_lines(tmp_path / 's.jsonl', HEADER))
    assert len(scores) == 0 and scores.scores.shape == (0, 2)
    assert scores.summarise()['mean_confidence'] is None


@pytest.mark.parametrize('line, message', [
    (row(sample_id='s0'), "'s0' occurs already in line 2"),
    (row(scores=[1.0]), 'expected 2 scores'),
    (row(scores=[[.5], [.5]]), 'expected 2 scores'),
    (row(scores='no'), 'list of 2 numbers'),
    (row(scores=[float('nan'), .5]), 'NaN'),
    (row(scores=[float('inf'), .5]), 'infinite'),
    (row(scores=[-.5, 1.5]), 'negative'),
    (row(scores=[.5, .8]), 'sum to 1.3'),
    (row(label=2), 'from 0 to 1 or null'),
    (row(label=True), 'from 0 to 1 or null'),
    (row(label='0'), 'from 0 to 1 or null'),
    (row(sample_id=''), 'non-empty'),
    (row(unreadable=0), 'true or false'),
    ({'sample_id': 's1'}, "key 'scores'"),
    ([1, 2], 'JSON object'),
    ('{"sample_id": "s1", "sco', 'not JSON'),
])
def test_wrong_line_is_named_with_file_and_number(tmp_path, line, message):
    path = write_lines(tmp_path / 's.jsonl', HEADER, row(sample_id='s0'),
                       line)
    with pytest.raises(ValueError, match=message) as caught:
        read_scores(path)
    assert f'{path}, line 3' in str(caught.value)


@pytest.mark.parametrize('header, message', [
    ({'classes': ['a']}, 'mmgesture_scores'),
    ({**HEADER, 'mmgesture_scores': 2}, 'got 2'),
    ({**HEADER, 'classes': []}, 'class names'),
    ({**HEADER, 'classes': [1, 2]}, 'class names'),
])
def test_wrong_header_is_refused(tmp_path, header, message):
    path = write_lines(tmp_path / 's.jsonl', header, row())
    with pytest.raises(ValueError, match=message) as caught:
        read_scores(path)
    assert 'line 1' in str(caught.value)


def test_empty_and_missing_files_are_refused(tmp_path):
    empty = tmp_path / 'e.jsonl'
    empty.write_text('')
    with pytest.raises(ValueError, match='empty'):
        read_scores(empty)
    with pytest.raises(FileNotFoundError, match='--dump'):
        read_scores(tmp_path / 'absent.jsonl')


def test_half_precision_probabilities_pass():
    scores = np.random.default_rng(0).dirichlet(np.ones(52), 20)
    ScoreFile([str(i) for i in range(20)], scores.astype(np.float16),
              [str(i) for i in range(52)])


def test_score_file_in_memory_is_checked_too():
    with pytest.raises(ValueError, match='occurs already'):
        ScoreFile(['a', 'a'], [[1, 0], [1, 0]], ['x', 'y'])
    with pytest.raises(ValueError, match='as many rows'):
        ScoreFile(['a'], [[1, 0], [1, 0]], ['x', 'y'])


def test_selection_is_by_id_and_in_the_asked_order():
    scores = ScoreFile(['a', 'b', 'c'], [[1, 0], [0, 1], [.5, .5]],
                       ['x', 'y'], labels=[0, 1, None],
                       unreadable=[False, False, True])
    chosen = scores.select(['c', 'a'])
    assert chosen.scores.tolist() == [[.5, .5], [1, 0]]
    assert chosen.labels == [None, 0]
    assert chosen.unreadable.tolist() == [True, False]
    with pytest.raises(ValueError, match='no scores for 1 of 2'):
        scores.select(['a', 'z'])


def test_summary_counts():
    scores = ScoreFile(['a', 'b', 'c'], [[1, 0], [.2, .8], [.5, .5]],
                       ['x', 'y'], labels=[0, 1, None],
                       unreadable=[False, False, True], config='c.py')
    summary = scores.summarise()
    assert summary == {
        'num_clips': 3, 'num_classes': 2, 'num_labelled': 2,
        'num_unreadable': 1, 'config': 'c.py', 'checkpoint': None,
        'predicted': {0: 2, 1: 1},
        'mean_confidence': pytest.approx((1 + .8 + .5) / 3)
    }
    json.dumps(summary)
