"""The guarded mamba-ssm backend, with a stand-in for its kernel."""
import torch

from mmgesture.ops.selective_scan import mamba_ssm
from mmgesture.ops.selective_scan.reference import selective_scan_reference


def test_the_reason_is_kept_when_it_cannot_be_used():
    reason = mamba_ssm.unusable_reason()
    usable = mamba_ssm.selective_scan_fn is not None
    assert (reason is None) == (usable and torch.cuda.is_available())


def test_the_kernel_gets_contiguous_inputs_in_scan_order(
        make_scan, assert_close, monkeypatch):
    seen = []

    def kernel(u, delta, A, B, C, D, z, delta_bias, delta_softplus):
        seen.extend((u, delta, B, C, z))
        return selective_scan_reference(u, delta, A, B, C, D, z, delta_bias,
                                        delta_softplus)

    monkeypatch.setattr(mamba_ssm, 'selective_scan_fn', kernel)
    scan = make_scan(dtype=torch.float32, layout='channel')
    for reverse in (False, True):
        options = dict(delta_softplus=True, reverse=reverse)
        assert_close(
            mamba_ssm.selective_scan_mamba(**scan, **options),
            selective_scan_reference(**scan, **options), 1e-6)
    assert all(x.is_contiguous() for x in seen)
