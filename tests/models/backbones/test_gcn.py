import pytest
import torch
from mmaction.models import AAGCN, STGCN

from mmgesture.models.backbones.gcn import GestureAAGCN, GestureSTGCN
from mmgesture.structures.skeleton import get_layout, layout_names

PLUS = dict(mode='spatial', gcn_adaptive='init', gcn_with_res=True,
            tcn_type='mstcn')
# No weights of a thirds of joints are needed to see the shapes.
SMALL = dict(base_channels=8, num_stages=3, inflate_stages=[2],
             down_stages=[3])


@pytest.mark.parametrize('layout', ['imigue-22', 'imigue-36', 'ma52-44',
                                    'kinect-25', 'jhmdb-15'])
@pytest.mark.parametrize('kind, settings', [
    (GestureSTGCN, {}),
    (GestureSTGCN, PLUS),
    (GestureAAGCN, dict(gcn_attention=False, num_person=1)),
], ids=['st-gcn', 'st-gcn++', '2s-agcn'])
def test_graph_networks_run_on_our_layouts_and_learn(kind, settings, layout):
    torch.manual_seed(0)
    if kind is GestureSTGCN and settings:
        settings = dict(settings, base_channels=12)  # six branches
    model = kind(layout, in_channels=2, **{**SMALL, **settings})
    joints = get_layout(layout).num_joints
    x = torch.randn(3, 1, 16, joints, 2)
    out = model(x)
    assert out.shape[:2] == (3, 1) and out.shape[3:] == (8, joints)
    out.square().mean().backward()
    assert all(p.grad is not None and p.grad.isfinite().all()
               for p in model.parameters())


def test_the_graph_is_the_layouts():
    model = GestureSTGCN('jhmdb-15', in_channels=2, **SMALL)
    layout = get_layout('jhmdb-15')
    linked = model.graph.A.sum(0) > 0
    for a in range(15):
        for b in range(15):
            edge = a == b or (a, b) in layout.edges or \
                (b, a) in layout.edges
            assert linked[a, b] == edge


def test_kinect_25_is_the_hosts_ntu():
    # the same sensor: the host numbers the joints alike
    for ours, host, mode in ((GestureSTGCN, STGCN, 'stgcn_spatial'),
                             (GestureAAGCN, AAGCN, 'spatial')):
        a = ours('kinect-25', in_channels=3, **SMALL).graph
        b = host(dict(layout='nturgb+d', mode=mode), in_channels=3,
                 **SMALL).graph
        differing = (a.A != b.A).any(0)
        # finger tip and thumb: hand and wrist here, both the hand there
        pairs = {(i, j) for i, j in zip(*differing.nonzero())}
        assert all({i, j} & {21, 22, 23, 24, 6, 7, 10, 11}
                   for i, j in pairs), pairs


def test_an_unknown_layout_is_told_with_the_known_ones():
    with pytest.raises(ValueError, match='imigue-22'):
        GestureSTGCN('imigue-23')
    assert 'openpose-137' in layout_names()
