import pytest
import torch
from mmaction.models import VisionTransformer
from mmengine.registry import DefaultScope

from mmgesture.models import GestureVisionTransformer

SMALL = dict(img_size=32, patch_size=16, embed_dims=16, depth=2, num_heads=2,
             num_frames=4)


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield


def write(path, settings=SMALL, prefix='backbone.'):
    torch.manual_seed(0)
    host = VisionTransformer(**settings)
    host.init_weights()
    torch.save(
        dict(state_dict={prefix + k: v
                         for k, v in host.state_dict().items()}), path)
    return host.eval()


@pytest.mark.parametrize('prefix', ['backbone.', ''])
def test_weights_of_the_host_load_and_give_its_features(tmp_path, prefix):
    host = write(tmp_path / 'vit.pth', prefix=prefix)
    model = GestureVisionTransformer(
        init_cfg=dict(type='Pretrained', checkpoint=str(tmp_path / 'vit.pth')),
        **SMALL)
    model.init_weights()
    for name, value in host.state_dict().items():
        assert torch.equal(model.state_dict()[name], value), name
    x = torch.randn(2, 3, 4, 32, 32)
    out = model.eval()(x)
    assert out.shape == (2, 16, 2, 2, 2)
    host.return_feat_map = True
    expected = host.fc_norm(host(x).permute(0, 2, 3, 4, 1))
    torch.testing.assert_close(out, expected.permute(0, 4, 1, 2, 3))


def test_a_file_of_longer_clips_fits(tmp_path):
    write(tmp_path / 'vit.pth', dict(SMALL, num_frames=16))
    model = GestureVisionTransformer(
        init_cfg=dict(type='Pretrained', checkpoint=str(tmp_path / 'vit.pth')),
        **SMALL)
    model.init_weights()
    assert model(torch.randn(1, 3, 4, 32, 32)).shape == (1, 16, 2, 2, 2)


def test_a_file_of_another_width_is_refused(tmp_path):
    write(tmp_path / 'vit.pth', dict(SMALL, embed_dims=32))
    model = GestureVisionTransformer(
        init_cfg=dict(type='Pretrained', checkpoint=str(tmp_path / 'vit.pth')),
        **SMALL)
    with pytest.raises(ValueError, match='shapes differ'):
        model.init_weights()
