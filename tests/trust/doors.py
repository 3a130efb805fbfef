"""Every file that the package reads: how to write a good one, how to read.

A door promises: whatever the bytes, it answers, or says that the file is
bad by one of its own errors, which names the file; and no code runs.
"""
import io
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any, Callable, NamedTuple, Optional

import numpy as np
import torch

from mmgesture.analysis.accuracy import read_results
from mmgesture.analysis.table import read_tables
from mmgesture.analysis.training_log import read_training_log
from mmgesture.apis.study_file import read_study_file
from mmgesture.apis.trained_runs import read_metrics
from mmgesture.datasets.bad_media import read_bad_list
from mmgesture.datasets.convert.imigue_2023 import _read_labels
from mmgesture.datasets.convert.imigue_keypoints import (read_keypoints,
                                                         read_openpose_xlsx)
from mmgesture.datasets.convert.imigue_tables import (read_label_rows,
                                                      read_subjects)
from mmgesture.datasets.convert.imigue_test_part import read_test_ids
from mmgesture.datasets.convert.ma52_lists import read_list
from mmgesture.datasets.convert.sfinge3d import (_read_gestures, _read_groups,
                                                 _read_streams)
from mmgesture.datasets.convert.smg import read_data, read_labels
from mmgesture.datasets.convert.table import TableConverter
from mmgesture.datasets.convert.table_format import TableFormat
from mmgesture.datasets.features import FeatureFolder
from mmgesture.datasets.features.arrays import open_array
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.ma52 import ma52_groups
from mmgesture.datasets.plain_pickle import load_plain_pickle
from mmgesture.datasets.recipe import check_recipe
from mmgesture.datasets.skeleton_files.jhmdb import read_jhmdb
from mmgesture.datasets.skeleton_files.miga2023 import read_miga2023
from mmgesture.datasets.skeleton_files.npz import npz_source, read_npz
from mmgesture.datasets.skeleton_files.openpose import read_openpose
from mmgesture.datasets.skeleton_files.pyskl import read_pyskl
from mmgesture.datasets.skeleton_files.smg import read_smg
from mmgesture.engine import CheckpointError, find_resumable, load_local
from mmgesture.manifest import Manifest
from mmgesture.models.label_embeddings import read_embeddings, read_glove
from mmgesture.structures import (VideoDetections, class_groups,
                                  read_annotations, untrimmed_videos)
from mmgesture.submission import get_format, read_detections, read_scores
from mmgesture.submission.fusion_weights import read_weights
from mmgesture.submission.mac import read_mac_template
from mmgesture.submission.miga import read_miga_template
from mmgesture.submission.miga_online import read_online_template

#: What a reader may raise of a bad file.
ERRORS = (ValueError, UnreadableMediaError, CheckpointError, OSError)


class Door(NamedTuple):
    """A kind of file.

    Attributes:
        name (str): Name of the file, with its suffix.
        read (Callable): From its path to anything.
        good (Any): What a good file holds: text, bytes, JSON lines as a
            list, a JSON value as a dict, arrays as a dict, or a table as a
            list of lists.
        kind (str): 'text', 'bytes', 'json', 'lines', 'csv', 'npz', 'npy',
            'pickle', 'xlsx' or 'torch'.
    """

    name: str
    read: Callable[[Path], Any]
    good: Any
    kind: str


def encode(kind: str, content: Any) -> bytes:
    """The bytes of a file.

    Args:
        kind (str): Of :class:`Door`.
        content (Any): What it holds.

    Returns:
        bytes: The file.
    """
    out = io.BytesIO()
    if kind == 'text':
        return content.encode('utf-8', 'surrogatepass')
    if kind == 'bytes':
        return content
    if kind == 'json':
        return json.dumps(content).encode()
    if kind == 'lines':
        return b''.join(json.dumps(x).encode() + b'\n' for x in content)
    if kind == 'csv':
        return '\n'.join(','.join(map(str, row)) for row in content).encode(
            'utf-8', 'surrogatepass')
    if kind == 'npz':
        np.savez(out, **content)
    elif kind == 'npy':
        np.save(out, content)
    elif kind == 'pickle':
        return pickle.dumps(content)
    elif kind == 'torch':
        torch.save(content, out)
    elif kind == 'xlsx':
        import openpyxl
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in content:
            sheet.append(list(row))
        book.save(out)
    return out.getvalue()


def with_lists(read: Callable, count: int = 1) -> Callable:
    """A reader that appends its complaints to lists, as one that returns."""
    return lambda path: read(str(path), *([] for _ in range(count)))


def _openpose(path: Path) -> Any:
    return read_openpose(str(path.parent))


def _feature_folder(path: Path) -> Any:
    return FeatureFolder(str(path.parent)).stride


def _features(path: Path) -> Any:
    folder = FeatureFolder(str(path.parent), stride=4, window=16)
    return folder.read('x', 0, min(2, len(folder._open('x'))))


def _submission(name: str) -> Callable:
    form = get_format(name)
    groups = class_groups(dict(classes=range(52), groups=ma52_groups()))
    options = dict(groups=groups) if form.needs_groups else {}
    classes = 52 if form.needs_groups else 17
    return lambda path: form.validate(path, ['a', 'b'], classes, **options)


def _online(name: str) -> Callable:
    videos = [VideoDetections('Sample0001', num_frames=9),
              VideoDetections('v')]
    return lambda path: get_format(name).validate(path, videos, 17)


def _table(path: Path) -> Any:
    converter = TableConverter(
        str(path.parent),
        TableFormat(dict(path='path', start='start', end='end',
                         label='label'), unit='frames'))
    converter.read(str(path))
    return converter.records()


def _annotations(path: Path) -> Any:
    found = read_annotations(str(path))
    class_groups(found.header)
    return found.select('train', None, None)


def _zip(name: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as archive:
        archive.writestr(name, text)
    return out.getvalue()


def _sidecar(read: Callable, *others: Any) -> Callable:
    return lambda path: read(str(path), *others)


_POSE = dict(people=[dict(pose_keypoints_2d=[1.0] * 75,
                          face_keypoints_2d=[])])
_HEADER = dict(
    mmgesture_annotations=1, dataset='x', classes=['a', 'b'],
    splits=['train', 'test'],
    groups=dict(names=['g'], of_class=[0, 0]),
    videos=[dict(video_id='v', video='v.mp4', num_frames=9, fps=25,
                 labelled=True, subject='1', split='train')])
_RECORD = dict(sample_id='s', video='v.mp4', label=1, split='train', start=2,
               end=5, subject='1', keypoints='k.npz', more=dict(x=1))
_MIGA = 'Id,Target\na,1\nb,2\n'
_MAC = ('vid,' + ','.join(f'action_pred_{i}' for i in range(1, 6)) + ',' +
        ','.join(f'body_pred_{i}' for i in range(1, 6)) +
        '\na,0,1,2,3,4,0,0,0,0,0\nb,5,6,7,8,9,1,1,1,1,1\n')
_PYSKL = dict(
    split=dict(train=['a']),
    annotations=[
        dict(frame_dir='a', label=1, total_frames=2, img_shape=(4, 5),
             keypoint=np.ones((1, 2, 3, 2), np.float16),
             keypoint_score=np.ones((1, 2, 3), np.float16))
    ])
_WEIGHTS = dict(state_dict=dict(w=torch.ones(2)), meta=dict(epoch=1),
                message_hub=dict(log_scalars={}), optimizer={})

DOORS = [
    Door('annotations.jsonl', _annotations,
         [_HEADER, _RECORD, dict(_RECORD, sample_id='t')], 'lines'),
    Door('untrimmed.jsonl',
         lambda p: untrimmed_videos(
             read_annotations(str(p)), source=str(p)),
         [_HEADER, _RECORD], 'lines'),
    Door('scores.jsonl', read_scores, [
        dict(mmgesture_scores=1, classes=['a', 'b'], config='c'),
        dict(sample_id='s', label=1, scores=[.5, .5], unreadable=False)
    ], 'lines'),
    Door('detections.jsonl', read_detections, [
        dict(mmgesture_detections=1, classes=['a', 'b'], threshold=.5,
             split='test'),
        dict(video_id='v', num_frames=9, fps=2.5, annotations=[[1, 2, 0]],
             detections=[[1.5, 2, 1, .5]])
    ], 'lines'),
    Door('sample_submission.csv', read_online_template,
         [['video_id', 'class', 'start_frame', 'end_frame'],
          ['v', 1, 2, 3]], 'csv'),
    Door('online.csv', _online('miga-online'),
         [['video_id', 'class', 'start_frame', 'end_frame'],
          ['v', 1, 2, 3]], 'csv'),
    Door('online.zip', _online('miga-online2023'),
         _zip('Sequence0001_prediction.csv', '1,2,3\n'), 'bytes'),
    Door('checksums.jsonl', lambda p: Manifest(p.parent).problems(),
         [dict(file='a', bytes=1, sha256='x', made_of=None)], 'lines'),
    Door('bad_videos.txt', lambda p: read_bad_list(str(p)),
         'a b.mp4\tcut\nc.mp4\tempty\n', 'text'),
    Door('modality.json', _sidecar(check_recipe, dict(a=1), 'files'),
         dict(a=1), 'json'),
    Door('weights.json', read_weights,
         dict(mmgesture_fusion=1, streams=['a', 'b'], weights=[.5, .5],
              space='logit', temperature=[1., 1.], search=None), 'json'),
    Door('features.json', _feature_folder,
         dict(mmgesture_features=1, stride=4, window=16, fps=None), 'json'),
    Door('x.npy', _features, np.ones((3, 4), np.float32), 'npy'),
    Door('x.npz', lambda p: open_array(str(p)),
         dict(a=np.ones((3, 4), np.float32)), 'npz'),
    Door('x.pt', lambda p: open_array(str(p)), torch.ones(3, 4), 'torch'),
    Door('skeleton.npz', lambda p: (npz_source(str(p)), read_npz(str(p))),
         dict(keypoints=np.ones((4, 5, 2)), keypoint_score=np.ones((4, 5)),
              layout=np.array('coco-17'), img_shape=np.array([4, 5]),
              source=np.int64(3)), 'npz'),
    Door('pyskl.pkl', lambda p: read_pyskl(str(p)), _PYSKL, 'pickle'),
    Door('plain.pkl', lambda p: load_plain_pickle(str(p)), _PYSKL, 'pickle'),
    Door('train_label.pkl', lambda p: _read_labels(str(p), 2),
         (['a_0', 'b_1'], [1, 2]), 'pickle'),
    Door('train_data.npy', lambda p: read_miga2023(str(p), 0),
         np.ones((2, 3, 5, 22, 1), np.float32), 'npy'),
    Door('jhmdb.npz', lambda p: read_jhmdb(str(p), 1), {
        f'{part}1_{key}': value
        for part in ('train', 'test') for key, value in dict(
            pose=np.ones((5, 15, 2)), length=np.array([2, 3]),
            label=np.array(['a', 'b'])).items()
    }, 'npz'),
    Door('sfinge.npz', lambda p: _read_streams(str(p)),
         {'stream/1': np.ones((3, 140))}, 'npz'),
    Door('gestures.csv',
         lambda p: _read_gestures(str(p), {1: 50, 2: 50}, [], []),
         [[1, 1, 3, 4, 9], [2, 0]], 'csv'),
    Door('groups.csv', lambda p: _read_groups(str(p), [1, 2], []),
         [['stream', 'group'], [1, 'a'], [2, 'b']], 'csv'),
    Door('v_000000000001_keypoints.json', _openpose, _POSE, 'json'),
    Door('Sample0001_skeleton.csv', lambda p: read_smg(str(p)),
         [[0.5] * 275] * 3, 'csv'),
    Door('Sample0001_data.csv', lambda p: read_data(str(p), []),
         [[100, 28, 4500]], 'csv'),
    Door('Sample0001_finelabels.csv',
         lambda p: read_labels(str(p), 100, 1, True, [], []),
         [[1, 3, 9], ['', 10, 20]], 'csv'),
    Door('keypoints.npz', lambda p: read_keypoints(str(p)),
         dict(keypoints=np.ones((3, 137, 3), np.float32),
              source=np.int64(1)), 'npz'),
    Door('0054_openpose.xlsx', lambda p: read_openpose_xlsx(str(p)),
         [[1.5] * 411] * 2, 'xlsx'),
    Door('0054_label.csv', with_lists(read_label_rows),
         [[1, 0, 5], [99, 6, 9]], 'csv'),
    Door('subjects.csv', lambda p: read_subjects(str(p)),
         [['video', 'subject'], [54, 3]], 'csv'),
    Door('test_ids.json', lambda p: read_test_ids(str(p)),
         '["0054_0", "0054_1"]', 'text'),
    Door('test_ids.txt', lambda p: read_test_ids(str(p)),
         '0054_0\n0054_1\n', 'text'),
    Door('train_list_videos.txt', with_lists(read_list),
         'a b.mp4 3\nc.mp4 51\n', 'text'),
    Door('table.csv', _table,
         [['path', 'start', 'end', 'label'], ['v.mp4', 0, 5, 'x']], 'csv'),
    Door('miga_template.csv', read_miga_template,
         [['id', 'target'], ['a', 0]], 'csv'),
    Door('mac_template.csv', read_mac_template,
         [['vid'], ['a.mp4']], 'csv'),
    Door('submission_miga.zip', _submission('miga'),
         _zip('prediction.csv', _MIGA), 'bytes'),
    Door('Submission.zip', _submission('miga2023'),
         _zip('Submission.csv', 'a,1\nb,2\n'), 'bytes'),
    Door('submission_mac.zip', _submission('mac'),
         _zip('prediction.csv', _MAC), 'bytes'),
    Door('checkpoint.pth', load_local, _WEIGHTS, 'torch'),
    Door('epoch_1.pth', lambda p: find_resumable(p.parent), _WEIGHTS,
         'torch'),
    Door('last_checkpoint', lambda p: find_resumable(p.parent),
         'epoch_1.pth', 'text'),
    Door('glove.txt', lambda p: read_glove(str(p), {'neck'}, 3),
         'neck 0.1 0.2 0.3\nhand 1 2 3\n', 'text'),
    Door('embeddings.npy', lambda p: read_embeddings(str(p), 2, 3),
         np.ones((2, 3), np.float32), 'npy'),
    Door('study.yaml', lambda p: read_study_file(str(p)),
         'title: x\nruns:\n- {name: a, config: study.yaml, seeds: [0, 1]}\n'
         'comparisons: [[a, a]]\n', 'text'),
    Door('test_metrics.json', lambda p: read_metrics(p.parent),
         dict(config='a.py', checkpoint='b.pth', metrics=dict(top1=.5)),
         'json'),
    Door('results.json', read_results,
         dict(source='measured here',
              rows=[dict(name='a', config='a', dataset='smg', top1=50.)]),
         'json'),
    Door('results.csv', read_results,
         [['name', 'config', 'source', 'top1'],
          ['a', 'a', 'measured here', 50]], 'csv'),
    Door('cost.json', lambda p: read_tables([p]),
         dict(mmgesture_complexity=1, machine=dict(device='cpu', torch='2'),
              rows=[dict(config='a', parameters=3, latency=1.,
                         settings=dict(device='cpu', threads=1, repeats=1,
                                       warmup=1, batch_size=1,
                                       precision='fp32'))]), 'json'),
    Door('t/vis_data/scalars.json',
         lambda p: read_training_log(p.parents[2]),
         [dict(lr=.1, loss=2., step=1, iter=1, epoch=1),
          {'gesture/top1': .5, 'step': 1}], 'lines'),
]


def write(door: Door, folder: Path, data: Optional[bytes] = None) -> Path:
    """Write a file of a door.

    Args:
        door (Door): The kind.
        folder (Path): Where to.
        data (bytes, optional): Its bytes. Defaults to None: good ones.

    Returns:
        Path: The file.
    """
    path = folder / door.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(door.kind, door.good) if data is None else data)
    return path
