"""Whether a process that runs for long needs more and more."""
import gc
import os
import statistics
from array import array
from typing import Any, Dict, List, Optional

from mmgesture.analysis.machine import status_kib

#: MiB that the resident memory may wander between the second tenth and the
#: last: heaps breathe, leaks grow.
MEMORY = 8.

#: Share by which the state between calls may: a gesture is open, or none is.
STATE = .1

#: The last tenth's time of a call over the second tenth's.
LATENCY = 1.3


def handles() -> int:
    """Open files of this process."""
    return len(os.listdir('/proc/self/fd'))


def threads() -> int:
    """Threads of this process."""
    return len(os.listdir('/proc/self/task'))


class Flat:
    """Samples of a process at equal distances, in ten parts.

    The first part is warm-up; what is promised is that the others are alike.

    Args:
        calls (int): Calls that will be made.
        samples (int): Looks at the process among them. Defaults to 20.
    """

    def __init__(self, calls: int, samples: int = 20) -> None:
        self.calls, self.every = calls, max(calls // samples, 1)
        self.seconds = array('d')  # a list of floats grows four times as much
        self.looks: List[Dict[str, float]] = []
        # what is there already stays: a look collects the rest alone, which
        # is quick
        gc.collect()
        gc.freeze()

    def called(self, seconds: float, state: Optional[int] = None) -> None:
        """Note a call.

        Args:
            seconds (float): Processor time that it took.
            state (int, optional): Size of what is kept between calls.
        """
        self.seconds.append(seconds)
        if len(self.seconds) % self.every == 0:
            gc.collect()
            self.looks.append(
                dict(
                    handles=handles(),
                    threads=threads(),
                    MiB=status_kib('VmRSS') / 1024,
                    state=state or 0))

    def _part(self, values: List[Any], number: int) -> List[Any]:
        """A tenth of values, from 0; -1 is the last."""
        size = len(values) // 10
        first = (len(values) - size) if number < 0 else number * size
        return values[first:first + size]

    def facts(self) -> Dict[str, str]:
        """Figures of the second tenth and of the last."""
        early, late = (self._part(self.looks, n) for n in (1, -1))
        found = {}
        for name, what in (('handles', 'open files'), ('threads', 'threads')):
            found[f'{what}, second tenth and last'] = ' and '.join(
                str(max(x[name] for x in part)) for part in (early, late))
        found['resident memory, MiB, second tenth and last'] = ' and '.join(
            f'{statistics.median(x["MiB"] for x in part):.1f}'
            for part in (early, late))
        for name, share in (('median', .5), ('99th percentile', .99)):
            found[f'{name} of processor time per call, ms, second tenth and '
                  'last'] = ' and '.join(
                      f'{1e3 * self.quantile(n, share):.2f}' for n in (1, -1))
        if any(x['state'] for x in self.looks):
            found['state kept between calls, KiB, second tenth and last'] = \
                ' and '.join(f'{max(x["state"] for x in part) / 1024:.1f}'
                             for part in (early, late))
        return found

    def quantile(self, number: int, share: float) -> float:
        """A quantile of the seconds of a tenth."""
        part = sorted(self._part(self.seconds, number))
        return part[min(int(share * len(part)), len(part) - 1)]

    def problems(self) -> List[str]:
        """What grew."""
        early, late = (self._part(self.looks, n) for n in (1, -1))
        found = []
        for name in ('handles', 'threads', 'state'):
            before, after = (max(x[name] for x in part)
                             for part in (early, late))
            if after > before * (1 + (STATE if name == 'state' else 0)):
                found.append(f'{name} grew from {before} to {after}')
        before, after = (statistics.median(x['MiB'] for x in part)
                         for part in (early, late))
        if after > before + MEMORY:
            found.append(f'memory grew from {before:.1f} to {after:.1f} MiB')
        before, after = self.quantile(1, .5), self.quantile(-1, .5)
        if after > LATENCY * before:
            found.append(f'a call took {1e3 * before:.2f} ms, in the end '
                         f'{1e3 * after:.2f} ms')
        return found
