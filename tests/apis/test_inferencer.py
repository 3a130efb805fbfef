import json

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.logging import MMLogger

from mmgesture.apis import test as run_test
from mmgesture.apis.inferencer import MicroGestureInferencer
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.video import open_video
from mmgesture.engine.checkpoint import (CheckpointMismatchError,
                                         UntrustedCheckpointError,
                                         save_checkpoint)
from mmgesture.structures.annotation import (GestureRecord, make_header,
                                             write_annotations)
from mmgesture.submission import read_scores
from mmgesture.testing import (TINY_CLASSES, write_tiny_model,
                               write_tiny_video)


@pytest.fixture(scope='module')
def model(tmp_path_factory):
    return write_tiny_model(tmp_path_factory.mktemp('model'))


@pytest.fixture(scope='module')
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp('media with blanks')
    for index, (length, size) in enumerate([(20, (40, 52)), (9, (32, 40)),
                                            (3, (60, 48))]):
        write_tiny_video(folder / f'v {index}.mp4', length, size, seed=index)
    return [folder / f'v {index}.mp4' for index in range(3)]


@pytest.fixture(scope='module')
def infer(model):
    return MicroGestureInferencer(*model, batch_size=2)


def altered(model, folder, change):
    """The checkpoint with its content changed."""
    checkpoint = torch.load(model[1], weights_only=True)
    change(checkpoint)
    path = folder / 'altered.pth'
    save_checkpoint(checkpoint, path)
    return str(path)


def test_scores_are_those_of_the_test_run(model, videos, infer, tmp_path):
    folder = videos[0].parent
    records = [
        GestureRecord('whole', videos[0].name, label=0, split='test'),
        GestureRecord('short', videos[2].name, label=2, split='test'),
        GestureRecord('part', videos[0].name, 5, 12, label=1, split='test'),
        GestureRecord('odd', videos[1].name, label=None, split='test'),
        GestureRecord('over the end', videos[1].name, 4, 99, label=1,
                      split='test'),
    ]
    (folder / 'broken.mp4').write_bytes(videos[0].read_bytes()[:300])
    broken = GestureRecord('broken', 'broken.mp4', label=2, split='test')
    write_annotations(
        str(folder / 'annotations.jsonl'),
        make_header('tiny', TINY_CLASSES), records + [broken])
    run_test(*model, work_dir=str(tmp_path), data_root=str(folder),
             dump=str(tmp_path / 'scores.jsonl'))

    scores = read_scores(tmp_path / 'scores.jsonl')
    index = scores.index_of()
    assert len(index) == len(records) + 1
    assert scores.unreadable.tolist() == [False] * len(records) + [True]
    np.testing.assert_allclose(scores.scores[index['broken']], 1 / 3)
    distinct = set()
    for record in records:
        found = infer(folder / record.video, record.start, record.end)
        np.testing.assert_allclose(
            found.probabilities,
            scores.scores[index[record.sample_id]],
            rtol=0,
            atol=1e-6)
        distinct.add(round(found.probabilities[0], 4))
    # equal scores everywhere would prove nothing
    assert len(distinct) == len(records)


def test_prediction_names_the_best_classes(infer, videos):
    found = infer(videos[0], topk=2)
    best = np.argsort(-found.probabilities)[:2]
    assert found.labels == best.tolist()
    assert found.names == [TINY_CLASSES[index] for index in best]
    assert found.scores == found.probabilities[best].tolist()
    assert found.probabilities.sum() == pytest.approx(1)
    assert found.video == str(videos[0])
    assert len(infer(videos[0], topk=99).labels) == 3
    assert json.loads(json.dumps(found.to_dict()))['names'] == found.names


def test_list_gives_a_list_in_its_order(infer, videos):
    together = infer(videos)
    assert [found.video for found in together] == [str(v) for v in videos]
    for video, found in zip(videos, together):
        np.testing.assert_allclose(
            found.probabilities, infer(str(video)).probabilities, atol=1e-6)
    assert infer([]) == []


def test_frames_in_memory_score_like_their_file(infer, videos):
    # the short side of this one is below the decoder's limit: no shrinking
    with open_video(videos[1]) as reader:
        frames = reader.get_frames(range(len(reader)))
    found = infer(frames, 2, 7)
    np.testing.assert_allclose(
        found.probabilities, infer(videos[1], 2, 7).probabilities, atol=1e-6)
    assert found.video == '<array>'
    assert len(infer([frames, videos[0]])) == 2


def test_large_frames_in_memory_score_nearly_like_their_file(infer, videos):
    with open_video(videos[0]) as reader:
        frames = reader.get_frames(range(len(reader)))
    np.testing.assert_allclose(
        infer(frames).probabilities,
        infer(videos[0]).probabilities,
        atol=0.05)


def test_model_stays_in_evaluation_and_answers_alike(infer, videos):
    assert not infer.model.training
    first, second = infer(videos[0]), infer(videos[0])
    assert (first.probabilities == second.probabilities).all()


def test_bad_media_is_named(infer, videos, tmp_path):
    with pytest.raises(FileNotFoundError, match='absent.mp4'):
        infer(tmp_path / 'absent.mp4')
    broken = tmp_path / 'broken.mp4'
    broken.write_bytes(videos[0].read_bytes()[:200])
    with pytest.raises(UnreadableMediaError, match='broken.mp4'):
        infer(broken)
    with pytest.raises(UnreadableMediaError, match='lies beyond'):
        infer(videos[0], 50, 60)


@pytest.mark.parametrize('arguments, message', [
    ((-1, 3), 'at least 0'), ((3, 3), 'end after start 3'),
    ((None, 0), 'end after start 0'), ((None, None, 0), 'topk')])
def test_segments_without_sense_are_refused(infer, videos, arguments,
                                            message):
    with pytest.raises(ValueError, match=message):
        infer(videos[0], *arguments)


def test_wrong_frames_are_refused(infer):
    with pytest.raises(TypeError, match='uint8'):
        infer(np.zeros((4, 32, 32, 3), np.float32))
    with pytest.raises(ValueError, match='at least one frame'):
        infer(np.zeros((0, 32, 32, 3), np.uint8))


def test_class_names_must_be_known(model, tmp_path):
    nameless = altered(model, tmp_path, lambda c: c['meta'].pop('classes'))
    with pytest.raises(ValueError, match='no class names'):
        MicroGestureInferencer(model[0], nameless)
    config = Config.fromfile(model[0])
    config.test_dataloader.dataset.metainfo = dict(classes=['x', 'y', 'z'])
    assert MicroGestureInferencer(config, nameless).classes == [
        'x', 'y', 'z']
    with pytest.raises(ValueError, match='differ'):
        MicroGestureInferencer(config, model[1])


def test_class_names_must_fit_the_head(model, tmp_path):
    short = altered(model, tmp_path,
                    lambda c: c['meta'].update(classes=['a', 'b']))
    with pytest.raises(ValueError, match='names 2 classes.*has 3'):
        MicroGestureInferencer(model[0], short)


def test_weights_of_another_model_are_refused(model, tmp_path):
    other = altered(model, tmp_path,
                    lambda c: c['state_dict'].pop('cls_head.fc_cls.weight'))
    with pytest.raises(CheckpointMismatchError, match='fc_cls.weight'):
        MicroGestureInferencer(model[0], other)


def test_other_preprocessing_is_warned_of(model, monkeypatch):
    said = []
    monkeypatch.setattr(MMLogger.get_current_instance(), 'warning',
                        said.append)
    MicroGestureInferencer(*model)
    assert said == []
    config = Config.fromfile(model[0])
    config.test_dataloader.dataset.pipeline[1].clip_len = 8
    MicroGestureInferencer(config, model[1])
    assert len(said) == 1 and 'another pipeline than' in said[0]


def test_foreign_checkpoint_needs_trust(model, tmp_path):
    checkpoint = torch.load(model[1], weights_only=True)
    checkpoint['meta']['hook'] = Config(dict(a=1))
    path = tmp_path / 'foreign.pth'
    torch.save(checkpoint, path)
    with pytest.raises(UntrustedCheckpointError, match='trust'):
        MicroGestureInferencer(model[0], path)
    found = MicroGestureInferencer(model[0], path, trust_checkpoint=True)
    assert found.classes == list(TINY_CLASSES)


def test_missing_files_and_sizes_are_refused(model, tmp_path):
    with pytest.raises(FileNotFoundError, match='no config at'):
        MicroGestureInferencer(tmp_path / 'no.py', model[1])
    with pytest.raises(FileNotFoundError, match='no.pth'):
        MicroGestureInferencer(model[0], tmp_path / 'no.pth')
    with pytest.raises(ValueError, match='batch_size'):
        MicroGestureInferencer(*model, batch_size=0)
