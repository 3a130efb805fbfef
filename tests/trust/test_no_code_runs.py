"""Files from others run no code: every door, and no back door in the source.

The one thing that is code by its nature is a ``.py`` config.
"""
import ast
import importlib.util
import json
import os
import pickle
from pathlib import Path

import mmengine
import numpy as np
import pytest
import torch

from mmgesture.apis import MicroGestureInferencer, launch
from mmgesture.engine import (CheckpointError, UntrustedCheckpointError,
                              load_local, read_meta, trusting_checkpoints)
from mmgesture.testing import (write_tiny_model, write_tiny_set,
                               write_tiny_training)

REPOSITORY = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location(
    'doors', Path(__file__).with_name('doors.py'))
doors = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(doors)


class Malicious:
    """Makes a folder when it is unpickled."""

    def __init__(self, mark):
        self.mark = str(mark)

    def __reduce__(self):
        return os.mkdir, (self.mark, )


@pytest.fixture
def mark(tmp_path):
    """Where the folder would be; checked after the test."""
    path = tmp_path / 'code ran'
    yield path
    assert not path.exists(), 'a file ran code'


def charge(kind, mark):
    """Bytes of a file of a kind that runs code if it is unpickled."""
    bomb = Malicious(mark)
    objects = np.array([bomb, 1], dtype=object)
    if kind == 'torch':
        return doors.encode('torch', dict(state_dict={}, meta=bomb))
    if kind == 'npz':
        return doors.encode('npz', dict(
            keypoints=objects, a=objects, train1_pose=objects,
            layout=objects, source=objects, **{'stream/1': objects}))
    if kind == 'npy':
        return doors.encode('npy', objects)
    return pickle.dumps(dict(annotations=[bomb], split=bomb, rows=bomb))


@pytest.mark.parametrize('door', doors.DOORS, ids=lambda d: d.name)
def test_charged_file_is_refused_by_every_reader(door, tmp_path, mark):
    folder = tmp_path / 'files'
    folder.mkdir()
    # its own kind, and a bare pickle in any kind's clothes
    for kind in {door.kind, 'pickle'} & {'torch', 'npz', 'npy', 'pickle'}:
        path = doors.write(door, folder, charge(kind, mark))
        try:
            door.read(path)
        except doors.ERRORS:
            pass
        assert not mark.exists()


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    """A set and a config to train, a model with its checkpoint."""
    folder = tmp_path_factory.mktemp('run')
    write_tiny_set(folder / 'set', numbers=(4, 2, 2))
    config = write_tiny_training(folder, folder / 'set', max_epochs=1)
    return config, *write_tiny_model(folder)


@pytest.fixture
def charged(trained, tmp_path, mark):
    """A checkpoint that would work but for its charge."""
    content = torch.load(trained[2], weights_only=True)
    content['meta']['extra'] = Malicious(mark)
    torch.save(content, tmp_path / 'epoch_1.pth')
    return tmp_path / 'epoch_1.pth'


@pytest.mark.parametrize('old_format', [False, True])
def test_charged_checkpoint_is_refused_by_every_use(
        trained, charged, tmp_path, old_format):
    config, model_config, _ = trained
    if old_format:
        content = torch.load(charged, weights_only=False)
        (tmp_path / 'code ran').rmdir()
        content['meta']['extra'] = Malicious(tmp_path / 'code ran')
        torch.save(content, charged, _use_new_zipfile_serialization=False)
    path = str(charged)
    work = str(tmp_path / 'work')
    uses = [
        lambda: load_local(path),
        lambda: read_meta(path),
        lambda: mmengine.runner.load_checkpoint(torch.nn.Linear(1, 1), path),
        lambda: MicroGestureInferencer(model_config, path),
        lambda: launch.train(config, work_dir=work, resume=path),
        lambda: launch.train(
            config, work_dir=str(tmp_path), resume='auto'),
        lambda: launch.train(config, work_dir=work, load_from=path),
        lambda: launch.test(config, path, work_dir=work),
    ]
    for use in uses:
        with pytest.raises(UntrustedCheckpointError, match='trust'):
            use()
        assert not (tmp_path / 'code ran').exists()


def test_trust_opens_the_door_and_no_longer_than_asked(charged, tmp_path):
    with trusting_checkpoints():
        load_local(charged)
    (tmp_path / 'code ran').rmdir()
    with pytest.raises(CheckpointError):
        load_local(charged)


def test_config_text_in_a_checkpoint_is_not_run(trained, tmp_path, mark):
    config, _, _ = trained
    launch.train(config, work_dir=str(tmp_path / 'run'))
    path = tmp_path / 'run' / 'epoch_1.pth'
    content = torch.load(path, weights_only=True)
    # MMEngine's runner would evaluate this one when it resumes
    content['meta']['config'] = f'import os; os.mkdir({str(mark)!r})'
    content['meta']['cfg'] = content['meta']['config']
    torch.save(content, path)
    launch.train(config, work_dir=str(tmp_path / 'run'), resume='auto')


#: Where a call that can run code may stand, and how it is guarded there.
ADMITTED = {
    ('mmgesture/engine/checkpoint.py', 'torch.load'),  # trusted on request
    ('mmgesture/engine/file_handlers.py', 'pickle.load'),  # likewise
}
FORBIDDEN_CALLS = {
    'eval', 'exec', 'os.system', 'os.popen', 'pickle.load', 'pickle.loads',
    'yaml.load', 'yaml.unsafe_load', 'yaml.full_load', 'torch.jit.load',
    'torch.hub.load', 'numpy.lib.format.read_array'
}
FORBIDDEN_IMPORTS = {'pandas', 'joblib', 'dill', 'cloudpickle', 'shelve',
                     'marshal', 'jsonpickle'}
SOURCES = sorted(
    p.relative_to(REPOSITORY) for folder in ('mmgesture', 'tools')
    for p in (REPOSITORY / folder).rglob('*.py') if '.mim' not in p.parts)


def dotted(node):
    """``a.b.c`` of a name or attribute, '' of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        front = dotted(node.value)
        return f'{front}.{node.attr}' if front else ''
    return ''


@pytest.mark.parametrize('path', SOURCES, ids=str)
def test_source_has_no_call_that_runs_what_a_file_says(path):
    text = (REPOSITORY / path).read_text(encoding='utf-8')
    for node in ast.walk(ast.parse(text)):
        where = f'{path}:{getattr(node, "lineno", 0)}'
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [a.name for a in node.names] if isinstance(
                node, ast.Import) else [node.module or '']
            found = {name.split('.')[0] for name in names}
            assert not found & FORBIDDEN_IMPORTS, where
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func)
        words = {k.arg: k.value for k in node.keywords}
        if (path.as_posix(), name) in ADMITTED:
            continue
        assert name not in FORBIDDEN_CALLS, f'{where} calls {name}'
        if name == 'torch.load':
            assert getattr(words.get('weights_only'), 'value', None) is True, \
                f'{where}: torch.load without weights_only=True'
        if name == 'np.load':
            assert getattr(words.get('allow_pickle'), 'value', 1) is False, \
                f'{where}: np.load without allow_pickle=False'
        if 'shell' in words:
            assert words['shell'].value is False, f'{where}: shell=True'


def test_escape_from_the_data_root_is_refused_everywhere(tmp_path):
    from mmgesture.structures import AnnotationError, read_annotations
    header = dict(mmgesture_annotations=1, dataset='x', classes=['a'])
    good = dict(sample_id='s', video='v.mp4', label=0, split='train')
    path = tmp_path / 'a.jsonl'
    for outside in ('/etc/passwd', '../x.mp4', 'a/../../x.mp4', 'a/./../..',
                    '..', 'C:/x.mp4', 'a\\..\\..\\x.mp4', '//host/x',
                    'a/b/../../../x', '', '.'):
        for key in ('video', 'keypoints', 'depth'):
            lines = [header, dict(good, **{key: outside})]
            path.write_text('\n'.join(map(json.dumps, lines)))
            if outside == '.':
                continue
            with pytest.raises(AnnotationError):
                read_annotations(str(path))
        if not outside:
            continue
        videos = [dict(video_id='v', video=outside)]
        path.write_text(json.dumps(dict(header, videos=videos)))
        if outside != '.':
            with pytest.raises(AnnotationError):
                read_annotations(str(path))
