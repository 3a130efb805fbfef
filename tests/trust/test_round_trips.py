"""What is written is what is read, whatever it holds."""
import math
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

from mmgesture.datasets.bad_media import append_once, read_bad_list
from mmgesture.datasets.features import FeatureFolder, write_features
from mmgesture.datasets.recipe import check_recipe
from mmgesture.datasets.skeleton_files.clip import make_clip
from mmgesture.datasets.skeleton_files.npz import (npz_source, read_npz,
                                                   write_npz)
from mmgesture.engine.checkpoint import load_local, save_checkpoint
from mmgesture.engine.plain import from_plain, to_plain
from mmgesture.manifest import Manifest
from mmgesture.structures import (GestureRecord, VideoDetections, make_header,
                                  read_annotations, write_annotations)
from mmgesture.structures.annotation_checks import is_inside
from mmgesture.submission import (DetectionFile, ScoreFile, get_format,
                                  read_detections, read_scores,
                                  write_detections, write_scores)
from mmgesture.submission.fusion_weights import (FusionWeights, read_weights,
                                                 write_weights)

quiet = settings(deadline=None, suppress_health_check=list(HealthCheck))
text = st.text(
    st.characters(exclude_categories=['Cs']), min_size=1, max_size=12)
names = st.lists(text, min_size=1, max_size=5, unique=True)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2**53, 2**53) | text
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(text, inner, max_size=3), max_leaves=8)


@pytest.fixture(scope='module')
def folder():
    """One folder for all examples: each overwrites its file."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@given(classes=names, data=st.data())
@quiet
def test_annotations(folder, classes, data):
    paths = text.filter(is_inside)
    records = []
    for name in data.draw(names):
        start = data.draw(st.none() | st.integers(0, 10**6))
        end = None if start is None else start + data.draw(
            st.integers(1, 10**6))
        label = data.draw(st.none() | st.integers(0, len(classes) - 1))
        extra = data.draw(st.dictionaries(text, json_values, max_size=2))
        for key in ('sample_id', 'video', 'label', 'split', 'start', 'end',
                    'subject', 'keypoints', 'depth'):
            extra.pop(key, None)
        records.append(
            GestureRecord(name, data.draw(paths), start, end, label,
                          data.draw(st.none() | text),
                          data.draw(st.none() | st.sampled_from(
                              ['train', 'val', 'test'])),
                          data.draw(st.none() | paths), None, extra))
    path = str(folder / 'a.jsonl')
    write_annotations(path, make_header('x', classes), records)
    found = read_annotations(path)
    assert found.records == records and found.classes == classes


@given(ids=names, classes=names, data=st.data())
@quiet
def test_scores(folder, ids, classes, data):
    raw = data.draw(hn.arrays(
        np.float32, (len(ids), len(classes)), elements=st.floats(
            0, 1, width=32))) + np.float32(1e-3)
    scores = raw / raw.sum(1, keepdims=True)
    labels = data.draw(st.lists(
        st.none() | st.integers(0, len(classes) - 1), min_size=len(ids),
        max_size=len(ids)))
    written = ScoreFile(ids, scores, classes, labels, config='ü')
    write_scores(folder / 's.jsonl', written)
    found = read_scores(folder / 's.jsonl')
    assert found.sample_ids == ids and found.classes == classes
    assert found.labels == labels
    assert (found.scores.astype(np.float32) == scores).all()


@given(ids=names, classes=names, data=st.data())
@quiet
def test_detections(folder, ids, classes, data):
    def segments(number):
        starts = data.draw(hn.arrays(
            np.int64, number, elements=st.integers(0, 10**6)))
        lengths = data.draw(hn.arrays(
            np.int64, number, elements=st.integers(1, 10**4)))
        return np.stack([starts, starts + lengths], 1).astype(np.float64)

    videos = []
    for name in ids:
        number = data.draw(st.integers(0, 4))
        labels = data.draw(hn.arrays(
            np.int64, number, elements=st.integers(0, len(classes) - 1)))
        scores = data.draw(hn.arrays(
            np.float32, number, elements=st.floats(0, 1, width=32)))
        videos.append(VideoDetections(
            name, segments(number), labels, scores.astype(np.float64)))
    write_detections(folder / 'd.jsonl', DetectionFile(videos, classes))
    found = read_detections(folder / 'd.jsonl')
    for one, other in zip(videos, found.videos, strict=True):
        assert one.video_id == other.video_id
        assert (one.segments == other.segments).all()
        assert (one.labels == other.labels).all()
        assert (one.scores.astype(np.float32) == other.scores.astype(
            np.float32)).all()


@given(data=st.data())
@quiet
def test_skeletons(folder, data):
    persons, frames, joints, dims = data.draw(st.tuples(
        st.integers(1, 2), st.integers(1, 4), st.integers(1, 4),
        st.integers(2, 3)))
    keypoint = data.draw(hn.arrays(
        np.float32, (persons, frames, joints, dims),
        elements=st.floats(width=32)))
    score = data.draw(hn.arrays(
        np.float32, (persons, frames, joints),
        elements=st.floats(0, 1, width=32)))
    clip = make_clip('x', keypoint, score, data.draw(st.none() | text.filter(
        lambda t: '\0' not in t)))
    path = str(folder / 'k.npz')
    write_npz(path, clip, 7)
    found = read_npz(path)
    assert npz_source(path) == 7
    np.testing.assert_array_equal(found.keypoint, clip.keypoint)
    np.testing.assert_array_equal(found.score, clip.score)
    assert found.layout == clip.layout
    # whatever came in: unknown joints are NaN with score 0, no others
    unknown = np.isnan(clip.keypoint).any(-1)
    assert np.isnan(clip.keypoint[unknown]).all()
    assert not clip.score[unknown].any() and np.isfinite(clip.score).all()


@given(name=text.filter(is_inside), array=hn.arrays(
    np.float32, hn.array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.floats(-1e6, 1e6, width=32)))
@quiet
def test_features(name, array):
    assume('\0' not in name and len(os.fsencode(name)) < 200)
    assume(not name.endswith(('/', '.')) and '//' not in name)
    with tempfile.TemporaryDirectory() as folder:
        recipe = dict(stride=1, window=1, fps=None, made_by={})
        write_features(folder, name, array, recipe)
        found = FeatureFolder(folder).read(name, 0, len(array))
        np.testing.assert_array_equal(found, array)


@given(entries=st.lists(st.tuples(text, text), max_size=4))
@quiet
def test_bad_media(entries):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'bad.txt')
        for file, reason in entries + entries:
            append_once(path, file, reason)
        found = read_bad_list(path)
        assert [tuple(map(str, entry)) for entry in found] == list({
            file: (file, ' '.join(reason.split()))
            for file, reason in reversed(entries)
        }.values())[::-1]


@given(files=st.dictionaries(text, json_values, max_size=4))
@quiet
def test_manifest(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, value in files.items():
            Manifest(folder).add(name, value, dict(bytes=1, sha256='x'))
        found = Manifest(folder)
        assert len(found) == len(files)
        for name, value in files.items():
            assert found.entry(name)['made_of'] == value


@given(recipe=st.dictionaries(text, json_values, max_size=3))
@quiet
def test_recipe(recipe):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'r.json')
        check_recipe(path, recipe, 'files')
        check_recipe(path, recipe, 'files')  # the same is no mixture


@given(streams=names, data=st.data())
@quiet
def test_fusion_weights(folder, streams, data):
    numbers = st.lists(st.floats(0.01, 1), min_size=len(streams),
                       max_size=len(streams))
    written = FusionWeights(streams, data.draw(numbers), 'logit',
                            data.draw(numbers))
    write_weights(folder / 'w.json', written)
    assert read_weights(folder / 'w.json') == written


def same(one, other):
    """Equality that knows arrays, tensors and NaN."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and len(one) == len(other) and all(
            map(same, one, other))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(
            one, other, equal_nan=one.dtype.kind in 'fc')
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    return one == other and type(one) is type(other)


state = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.binary(max_size=5) | st.complex_numbers(allow_nan=False)
    | hn.arrays(st.sampled_from([np.float32, np.int64, bool]),
                hn.array_shapes(max_dims=2, max_side=3))
    | hn.arrays(np.float32, 3, elements=st.floats(-1, 1, width=32)).map(
        torch.from_numpy),
    lambda inner: st.lists(inner, max_size=3)
    | st.tuples(inner, inner)
    | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=8)


@given(value=st.dictionaries(text, state, max_size=4))
@quiet
def test_state_of_a_training(folder, value):
    assert same(from_plain(to_plain(value)), value)
    save_checkpoint(dict(state_dict={}, more=value), folder / 'c.pth')
    assert same(load_local(folder / 'c.pth')['more'], value)


@given(ids=st.lists(
    st.text(st.characters(exclude_categories=['Cs', 'Cc', 'Z']), min_size=1,
            max_size=9), min_size=1, max_size=6, unique=True), data=st.data())
@quiet
@pytest.mark.parametrize('form', ['miga', 'miga2023'])
def test_submission_is_valid(folder, form, ids, data):
    classes = [str(i) for i in range(17)]
    raw = data.draw(hn.arrays(
        np.float64, (len(ids), 17), elements=st.floats(0.001, 1)))
    scores = ScoreFile(ids, raw / raw.sum(1, keepdims=True), classes)
    challenge = get_format(form)
    out = folder / (challenge.zip_name or 'x.zip')
    challenge.write(scores, out, ids)
    report = challenge.validate(out, ids, 17)
    assert not report.problems
