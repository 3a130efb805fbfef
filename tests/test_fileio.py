import os
import signal
import time

import pytest

from mmgesture import fileio
from mmgesture.fileio import atomic_path, atomic_write, remove_leftovers


def test_file_appears_with_its_content_and_missing_folders(tmp_path):
    path = tmp_path / 'a' / 'b.txt'
    with atomic_write(path) as file:
        file.write('größe')
        assert not path.exists()
    assert path.read_text(encoding='utf-8') == 'größe'


def test_failure_keeps_the_older_file_and_leaves_no_rest(tmp_path):
    path = tmp_path / 'scores.jsonl'
    path.write_text('old')
    with pytest.raises(RuntimeError):
        with atomic_write(path, 'wb') as file:
            file.write(b'half')
            raise RuntimeError
    assert path.read_text() == 'old'
    assert [p.name for p in tmp_path.iterdir()] == ['scores.jsonl']


def test_appending_is_refused(tmp_path):
    with pytest.raises(ValueError, match="'w' or 'wb', got 'a'"):
        with atomic_write(tmp_path / 'x', 'a'):
            pass


def test_atomic_path_keeps_the_suffix_and_usual_permissions(tmp_path):
    path, plain = tmp_path / 'clip.mp4', tmp_path / 'plain'
    plain.write_bytes(b'')
    with atomic_path(path) as temporary:
        assert temporary.suffix == '.mp4' and temporary.parent == tmp_path
        temporary.write_bytes(b'x')
    assert path.read_bytes() == b'x'
    assert path.stat().st_mode == plain.stat().st_mode


def test_only_what_a_killed_writer_left_is_removed(tmp_path):
    path = tmp_path / 'deep' / 'scores.jsonl'
    path.parent.mkdir()
    path.write_text('old')
    (path.parent / '.hidden.jsonl').write_text('not ours')
    told, tell = os.pipe()
    writer = os.fork()
    if not writer:
        with atomic_write(path) as file:
            file.write('half')
            file.flush()
            os.write(tell, b'.')
            time.sleep(60)
        os._exit(1)
    os.read(told, 1)
    assert remove_leftovers(tmp_path) == []
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    assert path.read_text() == 'old'
    removed, = remove_leftovers(tmp_path)
    assert removed.parent == path.parent and removed.suffix == '.jsonl'
    assert sorted(p.name for p in path.parent.iterdir()) == [
        '.hidden.jsonl', 'scores.jsonl']
    assert remove_leftovers(tmp_path / 'absent') == []


def test_folder_is_flushed_after_the_rename(tmp_path, monkeypatch):
    events = []
    monkeypatch.setattr(
        fileio.os, 'replace', lambda a, b: events.append('rename'))
    monkeypatch.setattr(
        fileio, '_flush_folder', lambda folder: events.append(folder))
    with atomic_write(tmp_path / 'x'):
        pass
    assert events == ['rename', tmp_path]
