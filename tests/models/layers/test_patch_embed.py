import pytest
import torch

from mmgesture.models.layers import ConvPatchEmbed3D, PatchEmbed3D


@pytest.mark.parametrize('tubelet', [1, 2])
def test_linear_embedding_equals_its_convolution(tubelet):
    torch.manual_seed(0)
    embed = PatchEmbed3D(3, 8, 4, tubelet)
    torch.nn.init.normal_(embed.proj.bias)
    x = torch.randn(2, 3, 4, 8, 12)
    expected = embed.proj(x).permute(0, 2, 3, 4, 1)
    out = embed(x)
    assert out.is_contiguous()
    assert torch.allclose(out, expected, atol=1e-5)


@pytest.mark.parametrize('tubelet, shape', [(1, (4, 2, 3)), (2, (2, 2, 3)),
                                            (4, (1, 2, 3))])
def test_stem_gives_the_grid_of_the_linear_embedding(tubelet, shape):
    embed = ConvPatchEmbed3D(3, 32, 8, tubelet)
    out = embed(torch.randn(2, 3, 4, 16, 24))
    assert out.shape == (2, *shape, 32)
    assert sum(isinstance(m, torch.nn.Conv3d) for m in embed.stem) == 3


@pytest.mark.parametrize('embed', [PatchEmbed3D, ConvPatchEmbed3D])
def test_clips_that_cannot_be_cut_are_refused(embed):
    module = embed(3, 8, 4, 2)
    with pytest.raises(ValueError, match='T=3'):
        module(torch.zeros(1, 3, 3, 8, 8))
    with pytest.raises(ValueError, match='W=10'):
        module(torch.zeros(1, 3, 4, 8, 10))
    with pytest.raises(ValueError, match=r'\(B, 3, T, H, W\)'):
        module(torch.zeros(3, 4, 8, 8))


def test_stem_refuses_sizes_that_it_cannot_halve():
    with pytest.raises(ValueError, match='power of two'):
        ConvPatchEmbed3D(3, 8, 12, 1)
    with pytest.raises(ValueError, match='tubelet_size <= patch_size'):
        ConvPatchEmbed3D(3, 8, 2, 4)
