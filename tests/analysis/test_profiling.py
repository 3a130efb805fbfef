import multiprocessing

import pytest
import torch

from mmgesture.analysis import (ProfileOptions, describe_machine,
                                profile_config, profiling)
from mmgesture.analysis.profiling import _HostMemory, summarise_times
from mmgesture.testing import write_tiny_model


def test_times_are_summed_up_by_quartiles():
    found = summarise_times([5., 1., 2., 4., 3.], batch_size=2)
    assert found == dict(
        median_s=3., quartile1_s=2., quartile3_s=4., iqr_s=2., minimum_s=1.,
        median_per_clip_s=1.5, repeats=5)


def test_single_time_has_no_spread():
    found = summarise_times([0.5], 1)
    assert found['median_s'] == 0.5 and found['iqr_s'] == 0


@pytest.mark.parametrize('wrong', [
    dict(repeats=0), dict(threads=0), dict(batch_size=0), dict(warmup=-1),
    dict(device='mps')])
def test_options_without_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ProfileOptions(**wrong)


def test_growth_of_the_resident_set_is_seen():
    host = _HostMemory()
    host.forget_peak()
    before = host.peak_mib()
    block = bytearray(64 * 2**20)
    block[::4096] = b'x' * len(block[::4096])  # touched, so resident
    assert 60 < host.peak_mib() - before < 90


def test_model_is_measured_in_a_process_of_its_own(tmp_path):
    config, _ = write_tiny_model(tmp_path)
    found = profile_config(
        config, ProfileOptions(repeats=3, warmup=1, batch_size=2),
        frames=4, size=32)
    assert found['settings']['batch_size'] == 2
    assert found['latency']['repeats'] == 3
    assert 0 < found['latency']['minimum_s'] <= found['latency']['median_s']
    assert found['memory']['peak_mib'] > 0
    assert found['memory']['weights_mib'] > 0


class Here:
    """Runs the child's function here: importing torch anew takes seconds."""
    exitcode = -9

    def __init__(self, target=None, args=()):
        self.start = lambda: target(*args)

    def join(self):
        pass


@pytest.mark.parametrize('target, message', [
    (None, r'gone\.py: cannot be measured on cpu: FileNotFoundError'),
    (lambda pipe, *_: pipe.close(), r'gone\.py: .*died with exit code -9'),
])
def test_failure_in_the_process_is_told_with_the_config(
        tmp_path, monkeypatch, target, message):
    context = multiprocessing.get_context('spawn')
    monkeypatch.setattr(
        type(context), 'Process',
        lambda self, target, args: Here(target, args))
    if target is not None:
        monkeypatch.setattr(profiling, '_child', target)
    threads = torch.get_num_threads()
    try:
        with pytest.raises(RuntimeError, match=message):
            profile_config(tmp_path / 'gone.py', ProfileOptions(repeats=1))
    finally:
        torch.set_num_threads(threads)


def test_machine_names_what_computes():
    """Of analysis/machine.py."""
    machine = describe_machine()
    assert machine['device'] and machine['cores'] >= 1
    assert machine['torch'] and machine['mmgesture']
    assert 'tf32' not in machine


def test_absent_gpu_is_told():
    if torch.cuda.is_available():
        pytest.skip('there is a GPU')
    with pytest.raises(RuntimeError, match="'cuda:0'.*no CUDA device"):
        describe_machine('cuda:0')


@pytest.mark.gpu
def test_gpu_memory_holds_the_weights(tmp_path):
    config, _ = write_tiny_model(tmp_path)
    found = profile_config(
        config, ProfileOptions(repeats=2, warmup=1, device='cuda'),
        frames=4, size=32)
    assert found['memory']['peak_mib'] > found['memory']['weights_mib']
    assert 'tf32' in describe_machine('cuda')
