"""Latency and peak memory of a model, measured in a process of its own."""
import gc
import multiprocessing
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Union

import torch

from .machine import status_kib
from .blank_sample import sample_shape
from .subject import build_model, forward_of, read_config


@dataclass(frozen=True)
class ProfileOptions:
    """How to measure.

    Attributes:
        repeats (int): Timed calls. Defaults to 20.
        warmup (int): Calls before them. Defaults to 3.
        threads (int): Threads of PyTorch on the CPU. Defaults to 1.
        batch_size (int): Samples of a call. Defaults to 1.
        device (str): ``'cpu'`` or a CUDA device. Defaults to ``'cpu'``.
        precision (str): ``'fp32'`` or ``'bf16'``. Defaults to ``'fp32'``.
    """
    repeats: int = 20
    warmup: int = 3
    threads: int = 1
    batch_size: int = 1
    device: str = 'cpu'
    precision: str = 'fp32'

    def __post_init__(self) -> None:
        for name in ('repeats', 'threads', 'batch_size'):
            if getattr(self, name) < 1:
                raise ValueError(f'{name} expected a number of at least 1, '
                                 f'got {getattr(self, name)}')
        if self.device.partition(':')[0] not in ('cpu', 'cuda'):
            raise ValueError("device expected 'cpu', 'cuda' or 'cuda:<n>', "
                             f'got {self.device!r}')
        if self.warmup < 0:
            raise ValueError(f'warmup expected 0 or more, got {self.warmup}')


def summarise_times(seconds: List[float], batch_size: int) -> Dict[str, Any]:
    """Sum up the times of the repeats.

    Args:
        seconds (list[float]): Time of each call, in seconds.
        batch_size (int): Samples of a call.

    Returns:
        dict: ``median_s``, ``quartile1_s``, ``quartile3_s``, ``iqr_s``,
        ``minimum_s`` of a call, ``median_per_clip_s`` and ``repeats``.
    """
    first = third = seconds[0]
    if len(seconds) > 1:
        first, _, third = statistics.quantiles(
            seconds, n=4, method='inclusive')
    median = statistics.median(seconds)
    return dict(
        median_s=median,
        quartile1_s=first,
        quartile3_s=third,
        iqr_s=third - first,
        minimum_s=min(seconds),
        median_per_clip_s=median / batch_size,
        repeats=len(seconds))


class _HostMemory:
    """Growth of the resident set of this process since it was made."""

    def __init__(self) -> None:
        self.linux = True
        try:
            self.before = status_kib('VmRSS')
        except OSError:
            self.linux, self.before = False, self._peak()

    @staticmethod
    def _peak() -> float:
        import resource  # absent on Windows
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1024 if sys.platform == 'darwin' else peak

    def forget_peak(self) -> None:
        """Start a new peak; what built the model is no matter of interest.

        Only Linux can; elsewhere the peak since the start is what is known.
        """
        if self.linux:
            with open('/proc/self/clear_refs', 'w', encoding='ascii') as file:
                file.write('5')

    def peak_mib(self) -> float:
        """Peak since, in MiB beyond what was held at the beginning."""
        peak = status_kib('VmHWM') if self.linux else self._peak()
        return (peak - self.before) / 1024


def _time(forward: Callable[[], Any], options: ProfileOptions) -> List[float]:
    """Seconds of each timed call."""
    on_gpu = options.device != 'cpu'
    seconds = []
    gc.disable()
    for turn in range(options.warmup + options.repeats):
        if on_gpu:
            torch.cuda.synchronize(options.device)
        start = time.perf_counter()
        forward()
        if on_gpu:
            torch.cuda.synchronize(options.device)
        passed = time.perf_counter() - start
        if turn >= options.warmup:
            seconds.append(passed)
    gc.enable()
    return seconds


def _profile(path: str, options: ProfileOptions, num_classes: Optional[int],
             frames: Optional[int], size: Optional[int]) -> Dict[str, Any]:
    """Measure in this process, which has run no model before."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    device = options.device
    on_gpu = device != 'cpu'
    # libraries allocate their workspaces on first use: not the model's own
    square = torch.ones(64, 64, device=device)
    square @ square
    cfg = read_config(path)
    host = _HostMemory()
    model = build_model(cfg, device, num_classes)
    forward = forward_of(model, sample_shape(cfg, frames, size),
                         options.batch_size, device, options.precision)
    weights = sum(
        t.numel() * t.element_size()
        for t in (*model.parameters(), *model.buffers())) / 2**20
    gc.collect()
    if on_gpu:
        torch.cuda.reset_peak_memory_stats(device)
    else:
        host.forget_peak()
    forward()
    if on_gpu:
        torch.cuda.synchronize(device)
        peak = torch.cuda.max_memory_allocated(device) / 2**20
    else:
        peak = host.peak_mib()
    return dict(
        settings=asdict(options),
        latency=summarise_times(_time(forward, options), options.batch_size),
        memory=dict(peak_mib=peak, weights_mib=weights))


def _child(pipe: Any, *arguments: Any) -> None:
    """Send what was measured, or why it could not be."""
    try:
        result = _profile(*arguments)
    except Exception as error:  # whatever it is, it belongs to the parent
        result = f'{type(error).__name__}: {error}'
    pipe.send(result)
    pipe.close()


def profile_config(path: Union[str, Path],
                   options: ProfileOptions,
                   num_classes: Optional[int] = None,
                   frames: Optional[int] = None,
                   size: Optional[int] = None) -> Dict[str, Any]:
    """Measure latency and peak memory of a config's model.

    The model has random weights and sees clips of noise. Timed are backbone,
    necks and head, on clips that are normalised and lie on the device.

    Peak memory is that of the first call, weights and input included: on
    the CPU by how much the resident set exceeds what the process held before
    the model was built, on a GPU the most that PyTorch had allocated.

    Args:
        path (str | Path): The config file.
        options (ProfileOptions): How to measure.
        num_classes (int, optional): Classes of the head, in place of the
            config's. Defaults to None.
        frames (int, optional): Frames of a clip, in place of the
            pipeline's. Defaults to None.
        size (int, optional): Height and width of a clip in pixels, in place
            of the pipeline's. Defaults to None.

    Returns:
        dict: ``settings`` (the options), ``latency`` (see
        :func:`summarise_times`) and ``memory`` (``peak_mib``,
        ``weights_mib``).

    Raises:
        RuntimeError: If the process fails; the message says why.
    """
    # never fork: OpenMP's threads and CUDA do not survive it
    context = multiprocessing.get_context('spawn')
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(
        target=_child,
        args=(sender, str(path), options, num_classes, frames, size))
    process.start()
    sender.close()
    try:
        result = receiver.recv()
    except EOFError:
        process.join()
        result = (f'the process died with exit code {process.exitcode}; '
                  'without a message above, the memory was too small')
    process.join()
    if isinstance(result, str):
        raise RuntimeError(f'{path}: cannot be measured on '
                           f'{options.device}: {result}')
    return result
