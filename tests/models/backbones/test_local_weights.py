import pytest
import torch
from mmengine.model import BaseModule
from torch import nn

from mmgesture.models.backbones.local_weights import (LocalWeights,
                                                      inflate_kernels)


class Host(BaseModule):
    """Stands for an encoder of MMAction2."""

    def __init__(self, channels=2, pretrained2d=True, rate=0.):
        super().__init__()
        assert not pretrained2d, 'the host would download'
        self.conv = nn.Conv3d(1, channels, (3, 1, 1))
        self.extra = nn.Linear(2, 1)
        self.rates = [x.item() for x in torch.linspace(0, rate, 3)]

    def init_weights(self):
        for parameter in self.parameters():
            nn.init.constant_(parameter, 7.)


class Encoder(LocalWeights, Host):
    host_settings = dict(pretrained2d=False)
    optional_weights = (r'^extra\.', )


@pytest.fixture
def file(tmp_path):
    return str(tmp_path / 'weights.pth')


def encoder(file, **options):
    return Encoder(
        init_cfg=dict(type='Pretrained', checkpoint=file, **options))


def image_weights():
    return {
        'conv.weight': torch.arange(2.).view(2, 1, 1, 1),
        'conv.bias': torch.ones(2)
    }


def test_mean_gives_a_still_clip_what_the_image_gave():
    weight = torch.randn(4, 3, 5, 5)
    own = dict(k=torch.empty(4, 3, 3, 5, 5))
    state = dict(k=weight)
    assert inflate_kernels(state, own) == ['k']
    image = torch.randn(1, 3, 9, 9)
    clip = image.unsqueeze(2).expand(-1, -1, 3, -1, -1)
    got = torch.nn.functional.conv3d(clip, state['k'])[:, :, 0]
    expected = torch.nn.functional.conv2d(image, weight)
    assert torch.allclose(got, expected, atol=1e-4)


def test_center_puts_the_kernel_at_the_middle_frame():
    state = dict(k=torch.ones(1, 1, 2, 2))
    inflate_kernels(state, dict(k=torch.empty(1, 1, 3, 2, 2)), 'center')
    assert state['k'].sum((0, 1, 3, 4)).tolist() == [0., 4., 0.]


def test_unknown_way_to_inflate_is_an_error():
    with pytest.raises(ValueError, match="'mean' or 'center'"):
        inflate_kernels({}, {}, 'middle')


def test_without_a_file_the_host_draws():
    model = Encoder()
    model.init_weights()
    assert model.conv.weight.unique().tolist() == [7.]


def test_a_file_is_inflated_and_what_it_lacks_stays_drawn(file):
    torch.save(image_weights(), file)
    model = encoder(file)
    model.init_weights()
    assert torch.allclose(model.conv.weight[1], torch.tensor(1 / 3))
    assert model.extra.weight.unique().tolist() == [7.]


def test_what_a_file_lacks_can_stay_as_constructed(file):
    torch.save(image_weights(), file)
    model = encoder(file)
    model.drawn_first = False
    before = model.extra.weight.clone()
    model.init_weights()
    assert torch.equal(model.extra.weight, before)


@pytest.mark.parametrize('prefix', ['backbone.', 'visual.'])
def test_usual_prefixes_are_found(file, prefix):
    state = {prefix + name: v for name, v in image_weights().items()}
    torch.save(dict(state_dict=dict(state, head=torch.ones(1))), file)
    model = encoder(file)
    model.init_weights()
    assert model.conv.bias.tolist() == [1., 1.]


def test_a_prefix_can_be_told(file):
    torch.save({f'a.b.{n}': v for n, v in image_weights().items()}, file)
    model = encoder(file, prefix='a.b.')
    model.init_weights()
    assert model.conv.bias.tolist() == [1., 1.]


def test_a_file_that_fits_in_part_is_refused(file):
    state = image_weights()
    del state['conv.bias']
    torch.save(state, file)
    with pytest.raises(ValueError, match=r"1 of 4 .*\['conv.bias'\]"):
        encoder(file).init_weights()


def test_a_file_of_another_size_is_refused(file):
    state = image_weights()
    state['conv.bias'] = torch.ones(3)
    torch.save(state, file)
    with pytest.raises(ValueError, match=r'\(3,\) in the file, \(2,\)'):
        encoder(file).init_weights()


def test_an_absent_file_is_named():
    with pytest.raises(FileNotFoundError, match='no-such.pth'):
        encoder('no-such.pth').init_weights()


def test_other_ways_to_name_weights_are_refused():
    with pytest.raises(ValueError, match='not by pretrained2d'):
        Encoder(pretrained2d=True)
    with pytest.raises(ValueError, match="type 'Pretrained'"):
        Encoder(init_cfg=dict(type='Normal'))


def test_it_can_be_counted_on_the_meta_device():
    with torch.device('meta'):
        model = Encoder(rate=0.5)
    assert model.rates == [0., 0.25, 0.5]
    assert model.conv.weight.is_meta
