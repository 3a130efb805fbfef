"""What the benchmarks share: the machine, timing side by side, results.

Absolute times mean little on shared machines, so that contenders are timed
in turns within one process, and results are given as ratios between them.
"""
import datetime
import gc
import json
import os
import platform
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Mapping, Optional, Sequence

import torch
from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TextColumn, TimeRemainingColumn)

import mmgesture
from mmgesture.analysis.machine import processor_name
from mmgesture.fileio import atomic_write
from mmgesture.ops import library

RESULTS = Path(__file__).resolve().parent / 'results'

console = Console(soft_wrap=True, highlight=False)


@dataclass(frozen=True)
class Timing:
    """Times of one contender, in seconds.

    Attributes:
        median (float): middle of all repeats.
        minimum (float): fastest repeat; on a busy machine the least
            disturbed one.
        maximum (float): slowest repeat.
        spread (float): distance between the quartiles.
        repeats (int): number of timed calls.
    """
    median: float
    minimum: float
    maximum: float
    spread: float
    repeats: int

    @classmethod
    def of(cls, times: Sequence[float]) -> 'Timing':
        """Sum up the times of the repeats."""
        if not times:
            raise ValueError('expected at least one time, got none')
        spread = 0.
        if len(times) > 1:
            first, _, third = statistics.quantiles(
                times, n=4, method='inclusive')
            spread = third - first
        return cls(
            statistics.median(times), min(times), max(times), spread,
            len(times))


def _memory_gib() -> Optional[float]:
    """Installed memory in GiB, None where the system does not tell."""
    try:
        pages, size = os.sysconf('SC_PHYS_PAGES'), os.sysconf('SC_PAGE_SIZE')
    except (AttributeError, OSError, ValueError):
        return None
    return round(pages * size / 2**30, 1)


def describe_machine() -> Dict[str, Any]:
    """Describe what the times depend on.

    Returns:
        dict: processor, cores, threads, instruction sets, memory, GPU (None
        without one), and the versions of what computes.
    """
    gpu = None
    if torch.cuda.is_available():
        gpu = torch.cuda.get_device_name()
    load = os.getloadavg()[0] if hasattr(os, 'getloadavg') else None
    return dict(
        date=datetime.datetime.now().astimezone().isoformat(
            timespec='seconds'),
        processor=processor_name(),
        cores=os.cpu_count(),
        threads=torch.get_num_threads(),
        load_average=load,
        torch_instructions=torch.backends.cpu.get_cpu_capability(),
        scan_kernels=library.kernel_name(),
        memory_gib=_memory_gib(),
        gpu=gpu,
        system=f'{platform.system()} {platform.release()}',
        python=platform.python_version(),
        torch=torch.__version__,
        mmgesture=mmgesture.__version__)


def _synchronize() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def measure(functions: Mapping[str, Callable[[], Any]],
            repeats: int = 10,
            warmup: int = 2,
            label: str = 'timing') -> Dict[str, Timing]:
    """Time the contenders in turns: a b c, a b c, ...

    A disturbance of the machine so meets all of them, and the ratio of two
    medians stays meaningful.

    Args:
        functions (Mapping[str, Callable]): contenders by name, called
            without arguments.
        repeats (int): timed calls of each. Defaults to 10.
        warmup (int): calls of each before that. Defaults to 2.
        label (str): text at the progress bar.

    Returns:
        dict[str, Timing]: by name, in the order given.

    Raises:
        ValueError: nothing to measure.
    """
    if not functions or repeats < 1 or warmup < 0:
        raise ValueError('expected functions, repeats >= 1 and warmup >= 0, '
                         f'got {len(functions)}, {repeats} and {warmup}')
    times = {name: [] for name in functions}
    columns = (TextColumn('{task.description}'), BarColumn(),
               MofNCompleteColumn(), TimeRemainingColumn())
    collecting = gc.isenabled()
    # Redrawing in the background would steal time from the contenders.
    with Progress(
            *columns, console=console, transient=True,
            auto_refresh=False) as progress:
        task = progress.add_task(
            label, total=(warmup + repeats) * len(functions))
        try:
            for turn in range(warmup + repeats):
                for name, function in functions.items():
                    gc.collect()
                    gc.disable()
                    _synchronize()
                    start = time.perf_counter()
                    function()
                    _synchronize()
                    passed = time.perf_counter() - start
                    if collecting:
                        gc.enable()
                    if turn >= warmup:
                        times[name].append(passed)
                    progress.advance(task)
                    progress.refresh()
        finally:
            if collecting:
                gc.enable()
    return {name: Timing.of(values) for name, values in times.items()}


def _plain(value: Any) -> Any:
    """Timings to dicts, for json."""
    if isinstance(value, Timing):
        return asdict(value)
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


def _cell(value: Any) -> str:
    if value is None:
        return '-'
    return f'{value:.3g}' if isinstance(value, float) else str(value)


def markdown_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows with the same keys as a markdown table, headed by the keys."""
    if not rows:
        return ''
    heads = list(rows[0])
    for row in rows:
        if list(row) != heads:
            raise ValueError('expected all rows with the columns '
                             f'{heads}, got {list(row)}')
    lines = [heads, ['---'] * len(heads)]
    lines += [[_cell(row[head]) for head in heads] for row in rows]
    return ''.join('| ' + ' | '.join(line) + ' |\n' for line in lines)


def save(name: str,
         results: Any,
         rows: Sequence[Mapping[str, Any]],
         folder: Path = RESULTS,
         text: str = '') -> Path:
    """Write ``<name>.json`` and ``<name>.md`` and show the table.

    Args:
        name (str): name of the benchmark.
        results: everything measured; timings may stand in it.
        rows (Sequence[Mapping]): the table: rows with the same keys.
        folder (Path): where the files go. Defaults to ``results`` beside
            the scripts.
        text (str): a paragraph below the table.

    Returns:
        Path: the markdown file.
    """
    machine = describe_machine()
    record = dict(name=name, machine=machine, results=_plain(results),
                  rows=_plain(list(rows)))
    with atomic_write(folder / f'{name}.json') as file:
        json.dump(record, file, indent=2)
        file.write('\n')
    table = markdown_table(rows)
    facts = ', '.join(f'{k}: {_cell(v)}' for k, v in machine.items())
    path = folder / f'{name}.md'
    with atomic_write(path) as file:
        file.write(f'# {name}\n\n{table}\n')
        if text:
            file.write(f'{text}\n\n')
        file.write(f'Machine: {facts}.\n')
    console.print(table)
    if text:
        console.print(text)
    console.print(f'written to {path}')
    return path
