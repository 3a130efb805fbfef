import importlib.util
import json

import numpy as np
import pytest

from mmgesture.structures import (GestureRecord, make_header,
                                  read_annotations, write_annotations)


@pytest.fixture
def tool(repository, capsys):
    """Run a data tool in this process: (exit code, output, errors)."""

    def run(name, *arguments):
        spec = importlib.util.spec_from_file_location(
            'data_tool', repository / 'tools' / 'data' / name)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        code = module.main([str(a) for a in arguments])
        captured = capsys.readouterr()
        # lines wrap at the width of the terminal
        return code, captured.out, ' '.join(captured.err.split())

    return run


@pytest.fixture
def root(tmp_path):
    import av
    (tmp_path / 'wave').mkdir()
    for name in ('wave/p1 a.mp4', 'wave/p2 b.mp4'):
        with av.open(str(tmp_path / name), 'w') as out:
            stream = out.add_stream('libx264', rate=25)
            stream.width, stream.height, stream.pix_fmt = 64, 48, 'yuv420p'
            for shade in range(10):
                frame = av.VideoFrame.from_ndarray(
                    np.full((48, 64, 3), 20 * shade, np.uint8), 'rgb24')
                out.mux(stream.encode(frame))
            out.mux(stream.encode())
    records = [
        GestureRecord('1', 'wave/p1 a.mp4', 0, 5, 0, '1', 'train'),
        GestureRecord('2', 'wave/p2 b.mp4', 5, 10, 0, '2', 'test')
    ]
    write_annotations(
        str(tmp_path / 'a.jsonl'), make_header('toy', ['wave']), records)
    return tmp_path


def test_check_exits_with_zero_on_a_sound_set(tool, root):
    code, out, _ = tool('check.py', root / 'a.jsonl', '--root', root)
    assert code == 0 and '0 errors, 0 warnings' in out


def test_check_exits_with_one_on_errors_and_strict_warnings(tool, root):
    path = root / 'a.jsonl'
    text = path.read_text()
    path.write_text(text.replace('"subject": "2"', '"subject": "1"'))
    assert tool('check.py', path, '--root', root)[0] == 0
    assert tool('check.py', path, '--root', root, '--strict')[0] == 1
    (root / 'wave' / 'p1 a.mp4').unlink()
    code, out, _ = tool('check.py', path, '--root', root)
    assert code == 1 and 'no such file' in out
    path.write_text(text.replace('"label": 0', '"label": 7'))
    code, _, errors = tool('check.py', path, '--root', root)
    assert code == 1 and 'line 2' in errors


def test_check_prints_json_and_nothing_else(tool, root):
    code, out, _ = tool('check.py', root / 'a.jsonl', '--root', root,
                        '--json')
    report = json.loads(out)
    assert code == 0 and report['ok'] and report['samples'] == 2


def test_extract_clips_writes_a_set_that_passes_the_check(tool, root):
    code, out, _ = tool('extract_clips.py', root / 'a.jsonl', '--root', root,
                        '--out', root / 'clips')
    assert code == 0 and '2 clips written' in out
    code, out, _ = tool('check.py', root / 'clips' / 'annotations.jsonl',
                        '--root', root / 'clips')
    assert code == 0 and '10 frames, 25 to 25' in out


def test_extract_clips_tells_what_failed(tool, root):
    (root / 'wave' / 'p1 a.mp4').unlink()
    code, out, errors = tool('extract_clips.py', root / 'a.jsonl', '--root',
                             root, '--out', root / 'clips')
    assert code == 1 and '1 failed' in out and 'p1 a.mp4' in errors


def test_from_csv_converts_and_complains(tool, root):
    table = root / 'table.csv'
    table.write_text('f,a,b,c,s\nwave/p1 a.mp4,0,0.2,nod,7\n'
                     'gone.mp4,0,1,nod,7\n')
    arguments = ('from_csv.py', table, '--root', root, '--out',
                 root / 'b.jsonl', '--columns', 'path=f', 'start=a', 'end=b',
                 'label=c', 'subject=s', '--split-by-subject', 'test=7')
    code, out, _ = tool(*arguments)
    assert code == 0 and '1 of 2 listed videos' in out
    record, = read_annotations(str(root / 'b.jsonl')).records
    assert (record.start, record.end, record.split) == (0, 5, 'test')
    code, _, errors = tool(*arguments, '--missing', 'error')
    assert code == 1 and 'gone.mp4' in errors
    code, _, errors = tool(*arguments, '--rename', 'nod')
    assert code == 1 and 'NAME=VALUE' in errors
    classes = root / 'classes.txt'
    classes.write_text('wave\nnod\n')
    assert tool(*arguments, '--classes', classes)[0] == 0
    assert read_annotations(str(root / 'b.jsonl')).records[0].label == 1


def test_from_folders_converts_and_complains(tool, root):
    code, out, _ = tool('from_folders.py', root, '--subject-regex', r'p(\d)',
                        '--split-by-subject', 'train=1', 'test=2')
    assert code == 0 and 'wrote 2 samples' in out
    records = read_annotations(str(root / 'annotations.jsonl')).records
    assert [r.split for r in records] == ['train', 'test']
    code, _, errors = tool('from_folders.py', root, '--ratio', 'train')
    assert code == 1 and 'SPLIT=SHARE' in errors


def test_smg_convert_converts_and_complains(tool, tmp_path):
    folder = tmp_path / 'Sample0001'
    folder.mkdir()
    (folder / 'Sample0001_color.mp4').touch()
    (folder / 'Sample0001_data.csv').write_text('900,28,1')
    labels = folder / 'Sample0001_finelabels.csv'
    labels.write_text('15,100,176')
    code, out, _ = tool('smg/convert.py', tmp_path, '--frame-base', 1,
                        '--splits', 'test=1', 'train=2-9')
    assert code == 0 and 'wrote 1 samples' in out
    record, = read_annotations(str(tmp_path / 'annotations.jsonl')).records
    assert (record.start, record.end, record.split) == (99, 176, 'test')
    labels.write_text('18,100,176')
    code, _, errors = tool('smg/convert.py', tmp_path)
    assert code == 1 and 'row 1' in errors
    with pytest.raises(SystemExit):
        tool('smg/convert.py', tmp_path, '--splits', 'train')


def test_every_data_tool_explains_itself(tool, capsys):
    for name in ('check.py', 'extract_clips.py', 'from_csv.py',
                 'from_folders.py', 'smg/convert.py'):
        with pytest.raises(SystemExit) as stop:
            tool(name, '--help')
        assert stop.value.code == 0
        assert 'Example' in capsys.readouterr().out
