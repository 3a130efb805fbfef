import numpy as np
import pytest
import torch
from torch.nn import functional as F

from mmgesture.models.heads import MANetHead
from mmgesture.models.label_embeddings import hashed_embeddings
from mmgesture.registry import MODELS
from mmaction.structures import ActionDataSample  # isort: skip

NAMES = ['head up', 'rubbing eyes', 'folding arms', 'still', 'moving legs']


def head(**settings):
    torch.manual_seed(0)
    options = dict(
        num_classes=5,
        in_channels=8,
        num_segments=4,
        classes=NAMES,
        dropout_ratio=0.,
        init_std=0.5)
    model = MANetHead(**dict(options, **settings))
    model.init_weights()
    return model


def maps(batch, segments=4):
    return torch.randn(batch * segments, 8, 3, 2)


def samples(*labels):
    return [ActionDataSample().set_gt_label(label) for label in labels]


def test_losses_by_hand():
    model = head()
    x = maps(2)
    losses = model.loss(x, samples(3, 1), num_segs=4)
    e = torch.from_numpy(hashed_embeddings(NAMES))
    scores, squares = [], []
    for clip, label in zip(x.split(4), (3, 1)):
        score, embedding = 0., 0.
        for frame in clip:
            f = frame.mean(dim=(1, 2))
            score = score + model.fc_cls(f) / 4
            embedding = embedding + model.fc_emb_t(
                torch.tanh(model.fc_emb(f))) / 4
        scores.append(score)
        squares += [(a - b)**2 for a, b in zip(embedding, e[label])]
    expected = F.cross_entropy(torch.stack(scores), torch.tensor([3, 1]))
    torch.testing.assert_close(losses['loss_cls'], expected)
    torch.testing.assert_close(losses['loss_emb'], 50 * sum(squares) / 600)


@pytest.mark.parametrize('batch', [1, 2, 3])
def test_embedding_loss_is_one_number_at_every_batch_size(batch):
    losses = head().loss(maps(batch), samples(*range(batch)), num_segs=4)
    assert losses['loss_emb'].shape == losses['loss_cls'].shape == ()
    assert {'loss_cls', 'loss_emb', 'top1_acc', 'top5_acc'} == set(losses)


def test_every_parameter_gets_a_gradient():
    model = head()
    losses = model.loss(maps(2), samples(0, 4), num_segs=4)
    (losses['loss_cls'] + losses['loss_emb']).backward()
    assert all(p.grad is not None and p.grad.any()
               for p in model.parameters())


def test_dropout_is_shared_by_scores_and_embedding():
    model = head(dropout_ratio=0.5, num_segments=1)
    with torch.no_grad():
        # the embedding begins with the tanh of the scores
        model.fc_emb.weight[:5] = model.fc_cls.weight
        model.fc_emb.bias[:5] = model.fc_cls.bias
        model.fc_emb_t.weight.copy_(torch.eye(300))
        scores, embedding = model.scores_and_embedding(maps(1, 1), 1)
    torch.testing.assert_close(embedding[:, :5], scores.tanh())


def test_mixed_labels_want_the_mixture_of_the_vectors():
    model = head()
    x = maps(1)
    mixed = model.loss(x, samples(torch.tensor([0.25, 0., 0.75, 0., 0.])), 4)
    e = hashed_embeddings(NAMES)
    target = torch.from_numpy(0.25 * e[0] + 0.75 * e[2])
    _, embedding = model.scores_and_embedding(x, 4)
    torch.testing.assert_close(mixed['loss_emb'],
                               50 * (embedding[0] - target).square().mean())


def test_inference_gives_class_scores_and_reads_no_vectors():
    model = head(label_vectors='nowhere.npy', average_clips='prob').eval()
    scores = model(maps(3), 4)
    assert scores.shape == (3, 5)
    results = model.predict(maps(2), [ActionDataSample()] * 2, num_segs=4)
    for sample in results:
        assert 'gt_label' not in sample
        torch.testing.assert_close(sample.pred_score.sum(), torch.tensor(1.))
    with pytest.raises(FileNotFoundError, match='nowhere.npy'):
        model.loss(maps(1), samples(0), 4)


def test_two_clips_of_a_sample_are_averaged_as_probabilities():
    model = head().eval()
    x = maps(2)
    sample, = model.predict(x, [ActionDataSample()], num_segs=8)
    expected = model(x, 8).softmax(dim=1).mean(dim=0)
    torch.testing.assert_close(sample.pred_score, expected)


def test_vectors_are_no_weights_of_the_checkpoint():
    model = head()
    before = set(model.state_dict())
    model.loss(maps(1), samples(0), 4)
    assert set(model.state_dict()) == before == {
        f'{layer}.{kind}'
        for layer in ('fc_cls', 'fc_emb', 'fc_emb_t')
        for kind in ('weight', 'bias')
    }


def test_vectors_of_a_file_are_the_targets(tmp_path):
    path = str(tmp_path / 'vectors.npy')
    array = np.random.default_rng(0).normal(size=(5, 300))
    np.save(path, array)
    model = head(label_vectors=path, classes=None)
    np.testing.assert_allclose(model.targets().numpy(), array, rtol=1e-6)


@pytest.mark.parametrize('name, number', [
    ('mmgesture.datasets.smg.SMG_CLASSES', 17),
    ('mmgesture.datasets.imigue.IMIGUE_CLASSES', 32),
    ('mmgesture.datasets.ma52.CLASSES', 52),
])
def test_class_names_come_by_their_dotted_name(name, number):
    targets = head(num_classes=number, classes=name).targets()
    assert targets.shape == (number, 300)
    # no two classes ask for the same vector
    gaps = torch.cdist(targets, targets) + 9 * torch.eye(number)
    assert gaps.min() > 0.5


def test_wrong_class_names_are_errors():
    with pytest.raises(ValueError, match='expected 5 class names, got 17'):
        head(classes='mmgesture.datasets.smg.SMG_CLASSES').targets()
    with pytest.raises(ValueError, match='no classes at .mmgesture.nothing'):
        head(classes='mmgesture.nothing').targets()
    with pytest.raises(ValueError, match='class names'):
        head(classes=None).targets()


def test_the_classifier_is_the_last_linear_layer():
    names = [n for n, m in head().named_modules()
             if isinstance(m, torch.nn.Linear)]
    assert names == ['fc_emb', 'fc_emb_t', 'fc_cls']


def test_size_at_32_classes_is_the_references():
    with torch.device('meta'):
        model = MODELS.build(dict(type='MANetHead', num_classes=32))
    assert sum(p.numel() for p in model.parameters()) == 770568


def test_wrong_number_of_frames_is_an_error():
    with pytest.raises(ValueError, match='num_segments=4 .*got 6'):
        head()(maps(1, 6), 6)
