import hashlib

from mmgesture.manifest import MANIFEST_NAME, Manifest, file_facts, matches


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_facts_are_size_and_sha256(tmp_path):
    path = write(tmp_path, 'a.bin', 'hello')
    assert file_facts(path) == dict(
        bytes=5, sha256=hashlib.sha256(b'hello').hexdigest())


def test_notes_survive_the_process_and_the_last_one_counts(tmp_path):
    write(tmp_path, 'ü/a b.mp4', 'one')
    Manifest(tmp_path).add('ü/a b.mp4', made_of=[1])
    write(tmp_path, 'ü/a b.mp4', 'two')
    Manifest(tmp_path).add('ü/a b.mp4', made_of=[2])
    found = Manifest(tmp_path)
    assert len(found) == 1 and 'ü/a b.mp4' in found and 'b' not in found
    assert found.entry('ü/a b.mp4')['made_of'] == [2]
    assert found.entry('b') is None
    assert found.problems() == []


def test_damage_and_absence_are_told(tmp_path):
    manifest, seen = Manifest(tmp_path), []
    for name in 'abc':
        write(tmp_path, name, name * 9)
        manifest.add(name)
    (tmp_path / 'a').unlink()
    write(tmp_path, 'b', 'b' * 8 + 'c')
    assert Manifest(tmp_path).problems(seen.append) == [
        'a: absent', 'b: differs from its checksum']
    assert seen == ['a', 'b', 'c']
    assert not matches(tmp_path / 'c', dict(bytes=9))


def test_cut_and_strange_lines_cost_their_entry_alone(tmp_path):
    write(tmp_path, 'a', 'a')
    write(tmp_path, 'b', 'b')
    Manifest(tmp_path).add('a')
    path = tmp_path / MANIFEST_NAME
    path.write_bytes(b'\x00\xff\n[]\n"x"\n' + path.read_bytes() + b'{"fi')
    manifest = Manifest(tmp_path)
    assert len(manifest) == 1
    manifest.add('b')
    assert len(Manifest(tmp_path)) == 2
    assert Manifest(tmp_path).problems() == []


def test_absent_folder_is_empty(tmp_path):
    assert len(Manifest(tmp_path / 'absent')) == 0
