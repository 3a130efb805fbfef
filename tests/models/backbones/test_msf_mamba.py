import inspect

import torch

from mmgesture.models.backbones import MSFMamba, VideoMamba


def test_differs_from_videomamba_only_in_three_defaults():
    ours, theirs = (
        inspect.signature(cls.__init__).parameters
        for cls in (MSFMamba, VideoMamba))
    assert list(ours) == list(theirs)
    changed = {
        name: ours[name].default
        for name in ours if ours[name].default != theirs[name].default
    }
    assert changed == dict(cls_token=False, merge='mean', output='map')


def test_every_option_reaches_videomamba():
    options = dict(
        arch='tiny', img_size=(16, 24), patch_size=4, tubelet_size=2,
        num_frames=4, in_channels=2, embed_dims=8, depth=3, d_state=4,
        d_conv=3, expand=1, dt_rank=5, cls_token=True, merge='sum',
        scan_order='local', scan_window=3, patch_embed='conv',
        output='token', drop_path_rate=.2, with_cp=True,
        scan_backend='reference', init_cfg=[])
    assert set(options) == set(
        inspect.signature(MSFMamba).parameters)
    torch.manual_seed(0)
    ours = MSFMamba(**options)
    torch.manual_seed(0)
    theirs = VideoMamba(**options)
    assert repr(ours).replace('MSFMamba', 'VideoMamba') == repr(theirs)
    assert ours.with_cp and ours.grid == (2, 4, 6)
    x = torch.randn(2, 2, 4, 16, 24)
    assert torch.equal(ours.eval()(x), theirs.eval()(x))
