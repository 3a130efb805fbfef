import pytest
import torch
from mmaction.models.heads import RGBPoseHead
from mmaction.structures import ActionDataSample
from torch.nn import functional as F

from mmgesture.models.heads import GestureRGBPoseHead


def head(kind=GestureRGBPoseHead, **settings):
    torch.manual_seed(0)
    return kind(5, [8, 6], average_clips='prob', dropout=0., **settings)


def features(batch):
    torch.manual_seed(1)
    return (torch.randn(batch, 8, 2, 3, 3), torch.randn(batch, 6, 4, 3, 3))


def labelled(batch):
    return [ActionDataSample().set_gt_label(i % 5) for i in range(batch)]


@pytest.mark.parametrize('batch', [1, 2, 3, 6])
def test_losses_are_the_hosts(batch):
    ours = head(loss_weights=[1., 2.]).loss(features(batch), labelled(batch))
    host = head(RGBPoseHead, loss_weights=[1., 2.]).loss(
        features(batch), labelled(batch))
    assert ours.keys() == host.keys()
    for key in host:
        torch.testing.assert_close(ours[key], host[key])


def test_loss_is_the_sum_of_two_cross_entropies_by_hand():
    model = head()
    scores = model(features(3))
    losses = model.loss(features(3), labelled(3))
    target = torch.arange(3)
    for name in ('rgb', 'pose'):
        torch.testing.assert_close(losses[f'{name}_loss_cls'],
                                   F.cross_entropy(scores[name], target))


def test_a_batch_of_as_many_clips_as_classes_learns():
    with pytest.raises(AttributeError):  # the trap of the host
        head(RGBPoseHead).loss(features(5), labelled(5))
    losses = head().loss(features(5), labelled(5))
    assert losses['rgb_loss_cls'].isfinite()


def test_soft_labels_of_one_and_of_several_clips():
    model = head()
    for batch in (1, 2):
        soft = [ActionDataSample().set_gt_label(torch.full((5, ), .2))
                for _ in range(batch)]
        losses = model.loss_by_feat(model(features(batch)), soft)
        scores = model(features(batch))['rgb']
        torch.testing.assert_close(losses['rgb_loss_cls'],
                                   -scores.log_softmax(1).mean())


def test_bfloat16_scores_are_counted():
    model = head()
    scores = {k: v.bfloat16() for k, v in model(features(2)).items()}
    losses = model.loss_by_feat(scores, labelled(2))
    assert losses['rgb_loss_cls'].dtype == torch.float32


def test_prediction_is_a_row_of_probabilities_per_part():
    samples = [ActionDataSample() for _ in range(2)]
    # two clips a sample
    found = head().predict(features(4), samples)
    scores = head()(features(4))
    for number, sample in enumerate(found):
        for name in ('rgb', 'pose'):
            rows = scores[name][2 * number:2 * number + 2].softmax(1)
            torch.testing.assert_close(sample.pred_score[name], rows.mean(0))
