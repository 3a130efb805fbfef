"""A small network with lively scores, and streams to feed it."""
import numpy as np
import torch

from mmgesture.datasets.features import CausalSkeleton
from mmgesture.models.localizers import CausalNetwork, FrameEncoder
from mmgesture.online import (DecoderSettings, FeatureInput, FrameInput,
                              KeypointInput, OnlineGestureDetector)

RATE, CLASSES = 20, 3
KINDS = ('features', 'keypoints', 'frames')


def make_network(channels, encoder=None):
    """Random weights; the heads are loud, so that gestures come and go."""
    network = CausalNetwork(
        CLASSES, channels, RATE, channels=16, encoder=encoder,
        trunk=dict(depth=2, d_state=4))
    for head in network.heads:
        torch.nn.init.normal_(head.out.weight, std=2.)
    return network


def make_detector(kind='features', lookahead=.25, **options):
    """A detector; all of a kind have the same weights."""
    torch.manual_seed(0)
    if kind == 'features':
        network, inputs = make_network(8), FeatureInput(8)
    elif kind == 'keypoints':
        network = make_network(24)
        inputs = KeypointInput(CausalSkeleton(RATE, 4, 3, 0, [(0, 1)]))
    else:
        network = make_network(
            16, FrameEncoder((16, 16), RATE, (8, 8), out_channels=16))
        inputs = FrameInput(16, (16, 16))
    settings = DecoderSettings.uniform(CLASSES, .5, min_length=.2, reach=.15)
    return OnlineGestureDetector(network, inputs, settings, lookahead,
                                 **options)


def draw_stream(kind='features', frames=120, seed=0):
    """Frames that wander."""
    rng = np.random.default_rng(seed)
    if kind == 'features':
        return rng.normal(size=(frames, 8)).cumsum(0)
    if kind == 'keypoints':
        return rng.normal(size=(frames, 4, 3)).cumsum(0)
    noise = rng.normal(0, 12, (frames, 20, 24, 3)).cumsum(0) + 128
    return noise.clip(0, 255).astype(np.uint8)


def run(detector, frames, times, size=1):
    """All events of a stream in portions of ``size`` frames."""
    events = []
    for k in range(0, len(frames), size):
        events += detector.push(frames[k:k + size], times[k:k + size])
    return events + detector.flush()


def closed(events):
    """What the stream found in the end."""
    return sorted((e for e in events if e.state == 'closed'),
                  key=lambda e: (e.onset, e.id))
