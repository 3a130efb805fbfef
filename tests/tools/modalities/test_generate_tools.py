"""The commands generate.py and preview.py, and the Taylor benchmark."""
import importlib.util
import json
import sys

import numpy as np
import pytest

from mmgesture.datasets.modalities.video_out import write_video
from mmgesture.structures import (GestureRecord, make_header,
                                  read_annotations, write_annotations)


@pytest.fixture
def tool(repository, capsys, monkeypatch):
    """Run a tool in this process: (exit code, output, errors)."""

    def run(name, *arguments):
        path = repository / 'tools' / name
        monkeypatch.setattr(sys, 'path', [str(path.parent)] + sys.path)
        spec = importlib.util.spec_from_file_location('modality_tool', path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        code = module.main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, captured.out, ' '.join(captured.err.split())

    return run


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / 'colour'
    generator = np.random.default_rng(0)
    pictures = generator.integers(0, 256, (8, 32, 48, 3), dtype=np.uint8)
    write_video(str(folder / 'a.mp4'), pictures, np.arange(8) / 25, 25)
    write_annotations(
        str(folder / 'a.jsonl'), make_header('toy', ['wave']),
        [GestureRecord('1', 'a.mp4', 0, 5, 0, '1', 'train')])
    return folder


def test_modalities_are_made_and_drawn(tool, root, tmp_path):
    for kind in ('taylor', 'flow'):
        code, out, errors = tool('modalities/generate.py', kind,
                                 root / 'a.jsonl', '--root', root, '--out',
                                 tmp_path / kind)
        assert code == 0 and '1 files written' in out, errors
        made = read_annotations(str(tmp_path / kind / 'annotations.jsonl'))
        assert made.records[0].video == 'a.mp4'
    code, _, errors = tool('modalities/preview.py', 'a.mp4', f'rgb={root}',
                           f'taylor={tmp_path / "taylor"}', '--out',
                           tmp_path / 'p.png')
    assert code == 0 and (tmp_path / 'p.png').stat().st_size > 1000, errors


@pytest.mark.parametrize('arguments,reason', [
    (['depth'], 'no sample names a depth file'),
    (['depth', '--method', 'video-depth-anything'], 'needs --repository'),
    (['flow', '--method', 'raft'], 'needs --weights'),
    (['flow', '--bound', '0'], 'needs a bound'),
])
def test_what_is_missing_is_said(tool, root, tmp_path, arguments, reason):
    code, _, errors = tool('modalities/generate.py', arguments[0],
                           root / 'a.jsonl', '--root', root, '--out',
                           tmp_path / 'out', *arguments[1:])
    assert code == 1 and reason in errors


def test_benchmark_compares_equal_videos(tool, tmp_path):
    code, _, _ = tool('benchmarks/taylor.py', '--frames', 8, '--size', 16, 20,
                      '--repeats', 1, '--out', tmp_path)
    assert code == 0
    assert json.loads((tmp_path / 'taylor.json').read_text())['rows']
