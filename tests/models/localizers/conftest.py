"""Windows with drawn events, for the localizers."""
import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.registry import DefaultScope
from mmengine.structures import InstanceData


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield


def make_sample(segments, labels, **meta):
    sample = ActionDataSample()
    sample.set_metainfo(dict(video_id='v', window_start=0, **meta))
    sample.gt_instances = InstanceData(
        segments=torch.tensor(segments).float().view(-1, 2),
        labels=torch.tensor(labels).long())
    return sample


@pytest.fixture
def windows():
    """Makes a batch: in class k's segments channel k is raised."""

    def make(batch=2, channels=8, steps=32, classes=3, seed=0, short=0):
        generator = torch.Generator().manual_seed(seed)
        inputs, samples = [], []
        for b in range(batch):
            x = .3 * torch.randn(channels, steps, generator=generator)
            valid = steps - short * (b % 2)
            segments, labels, t = [], [], 2
            while t + 6 < valid:
                end = t + int(torch.randint(5, 9, (1, ), generator=generator))
                label = int(torch.randint(classes, (1, ),
                                          generator=generator))
                x[label, t:end] += 2
                segments.append([t, min(end, valid)])
                labels.append(label)
                t = end + 5
            inputs.append(x)
            samples.append(make_sample(segments, labels, num_steps=valid))
        return dict(inputs=inputs, data_samples=samples)

    return make


@pytest.fixture
def train():
    """Takes some steps of AdamW; returns the last losses."""

    def run(model, data, steps, lr=3e-3):
        model.train()
        optimizer = torch.optim.AdamW(model.parameters(), lr)
        for _ in range(steps):
            batch = model.data_preprocessor(data)
            losses = model(**batch, mode='loss')
            total, _ = model.parse_losses(losses)
            optimizer.zero_grad()
            total.backward()
            optimizer.step()
        return losses

    return run


@pytest.fixture
def predict():
    """Predicts on a batch."""

    def run(model, data):
        model.eval()
        with torch.no_grad():
            return model(**model.data_preprocessor(data), mode='predict')

    return run
