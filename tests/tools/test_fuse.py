import importlib.util
import json

import numpy as np
import pytest

from mmgesture.structures.annotation import (GestureRecord, make_header,
                                             write_annotations)
from mmgesture.submission import (ScoreFile, fuse_scores, read_scores,
                                  read_weights, write_scores)

IDS = [f'{video:04d}_{clip}' for video in range(4) for clip in range(5)]
LABELS = [row % 3 for row in range(20)]


@pytest.fixture
def fuse(repository, capsys):
    spec = importlib.util.spec_from_file_location(
        'tools_fuse', repository / 'tools' / 'fuse.py')
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    def run(*arguments):
        try:
            code = tool.main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        # lines wrap at the width of the terminal
        return code, ' '.join((captured.out + captured.err).split())

    return run


@pytest.fixture
def streams(tmp_path):
    """Three streams, val and test, that know something."""
    rng = np.random.default_rng(0)
    for split in ('val', 'test'):
        for name, strength in (('rgb', 2.), ('flow', 1.), ('depth', 0.)):
            logits = rng.normal(0, 1, (20, 3))
            logits[np.arange(20), LABELS] += strength
            rows = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
            write_scores(
                tmp_path / split / f'{name}.jsonl',
                ScoreFile(IDS, rows, ['a', 'b', 'c'], LABELS,
                          config=f'{name}_toy.py'))
    return tmp_path


def paths(folder, split, names=('rgb', 'flow', 'depth')):
    return [folder / split / f'{name}.jsonl' for name in names]


def test_given_weights_are_used_and_the_ladder_is_written(fuse, streams):
    out = streams / 'out' / 'fused.jsonl'
    figure = streams / 'out' / 'ladder.png'
    code, text = fuse(*paths(streams, 'test'), '--weights', 2, 1, 1, '--out',
                      out, '--figure', figure)
    assert code == 0, text
    expected = fuse_scores(
        [read_scores(path) for path in paths(streams, 'test')], [2, 1, 1])
    found = read_scores(out)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-8)
    assert found.labels == LABELS
    assert 'rgb_toy x 0.5' in found.config
    assert 'weights: rgb_toy 0.500, flow_toy 0.250, depth_toy 0.250' in text
    lines = (streams / 'out' / 'fused_ladder.md').read_text().splitlines()
    assert [line.split('|')[1].strip() for line in lines[2:5]] == [
        'rgb_toy', '+ flow_toy', '+ depth_toy']
    top1 = np.mean(found.scores.argmax(1) == LABELS)
    assert lines[4].split('|')[7].strip() == f'{100 * top1:.2f}'
    assert figure.read_bytes().startswith(b'\x89PNG')


def test_search_judges_itself_and_its_weights_can_be_used_again(
        fuse, streams):
    out, weights = streams / 'fused.jsonl', streams / 'w.json'
    # the validation files come in another order: streams go by name
    code, text = fuse(*paths(streams, 'test'), '--search', *paths(
        streams, 'val', ('depth', 'rgb', 'flow')), '--weights-file', weights,
        '--out', out, '--ladder', streams / 'ladder.json')
    assert code == 0, text
    for part in ('best single stream', 'equal weights', 'searched weights',
                 'left-out video', 'gain over equal weights'):
        assert part in text
    saved = read_weights(weights)
    assert saved.streams == ['rgb_toy', 'flow_toy', 'depth_toy']
    search = saved.search
    assert search['clips'] == 20 and search['left_out']['num_groups'] == 4
    assert search['searched_clips'] >= search['searched_clips_uniform']
    ladder = json.loads((streams / 'ladder.json').read_text())
    assert [step['weight'] for step in ladder['steps']] == saved.weights
    again = streams / 'again.jsonl'
    code, text = fuse(*paths(streams, 'test', ('flow', 'depth', 'rgb')),
                      '--weights-file', weights, '--out', again)
    assert code == 0, text
    np.testing.assert_allclose(
        read_scores(again).scores, read_scores(out).scores, atol=1e-8)


def test_labels_and_people_come_from_annotations(fuse, streams):
    ann = streams / 'ann.jsonl'
    write_annotations(
        str(ann), make_header('toy', ['a', 'b', 'c']),
        [GestureRecord(name, f'{name[:4]}.mp4', label=label,
                       subject=str(int(name[:4]) // 2))
         for name, label in zip(IDS, LABELS)])
    for split in ('val', 'test'):
        for path in paths(streams, split):
            scores = read_scores(path)
            scores.labels = [None] * 20
            write_scores(path, scores)
    arguments = [*paths(streams, 'test'), '--search', *paths(streams, 'val'),
                 '--out', streams / 'f.jsonl']
    code, text = fuse(*arguments)
    assert code == 2 and 'labels are hidden' in text
    code, text = fuse(*arguments, '--group-by', 'subject')
    assert code == 2
    code, text = fuse(*arguments, '--labels', ann, '--group-by', 'subject')
    assert code == 0 and 'left-out subject (2)' in text
    assert (streams / 'f_ladder.md').is_file()
    # without labels there is still a fusion
    code, text = fuse(*paths(streams, 'test'), '--out', streams / 'g.jsonl')
    assert code == 0 and 'no ladder' in text
    assert len(read_scores(streams / 'g.jsonl')) == 20


def test_unreadable_clips_are_counted(fuse, streams):
    path = paths(streams, 'test')[1]
    scores = read_scores(path)
    scores.unreadable[3] = True
    scores.scores[3] = 1 / 3
    write_scores(path, scores)
    code, text = fuse(*paths(streams, 'test'), '--out', streams / 'f.jsonl')
    assert code == 0 and 'flow_toy could not read 1 clips' in text
    assert not read_scores(streams / 'f.jsonl').unreadable.any()


def test_streams_of_one_config_need_names(fuse, streams):
    same = [streams / 'val' / 'rgb.jsonl', streams / 'test' / 'rgb.jsonl']
    out = streams / 'f.jsonl'
    code, text = fuse(*same, '--out', out)
    assert code == 2 and 'NAME=PATH' in text and not out.exists()
    code, text = fuse(f'one={same[0]}', f'two={same[1]}', '--out', out)
    assert code == 0 and 'one 0.500, two 0.500' in text


def test_files_of_other_clips_are_refused_and_nothing_is_written(
        fuse, streams):
    first, second = paths(streams, 'test', ('rgb', 'flow'))
    write_scores(second, read_scores(second).select(IDS[1:]))
    code, text = fuse(first, second, '--out', streams / 'f.jsonl')
    assert code == 2 and "lacks 1 clips, e.g. ['0000_0']" in text
    assert not (streams / 'f.jsonl').exists()


@pytest.mark.parametrize('options, match', [
    (('--weights', 1), 'expected 3 weights'),
    (('--weights', 1, 1, 1, '--search', 'x'), 'not both'),
    (('--weights-file', 'w.json', '--space', 'logit'), 'leave --space'),
    (('--weights-file', 'absent.json'), 'no such weights file'),
    (('--search', 'absent.jsonl'), 'no such score file'),
    (('--ladder', 'x.txt'), '.md or .json')])
def test_wrong_requests_are_errors(fuse, streams, options, match):
    code, text = fuse(*paths(streams, 'test'), '--out', streams / 'f.jsonl',
                      *options)
    assert code == 2 and match in text
