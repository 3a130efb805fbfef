"""Rows of plain numbers for tables of runs and of their differences."""
from typing import Dict, List, Optional, Sequence

import numpy as np
from scipy.stats import binomtest

from .comparison import Comparison
from .trained_runs import TrainedRun

#: Measures of the table of runs, and what a reader calls them.
TITLES = dict(
    top1='top-1',
    top5='top-5',
    macro_f1='macro-F1',
    motion_pairs='motion-only pairs')
#: Those that are compared and drawn; top-5 is near its upper end.
COMPARED = ('top1', 'macro_f1', 'motion_pairs')


def run_row(run: TrainedRun, comparison: Optional[Comparison]) -> dict:
    """Mean, spread and interval of every measure of a run.

    Args:
        run (TrainedRun): The run.
        comparison (Comparison, optional): What its scores are part of; None
            without scores.

    Returns:
        dict: ``run, what, config, seeds, parameters`` and, by the names
        in :data:`TITLES`, None or ``mean, sd, by_seed, low, high`` as
        fractions; ``sd`` is None for one seed, the interval without scores;
        ``by_pair`` has the accuracies on every motion-only pair by seed.
    """
    row = dict(
        run=run.name,
        what=run.what,
        config=run.config,
        seeds=sorted({**run.scores, **run.metrics}),
        parameters=run.parameters)
    for measure in TITLES:
        values: Dict[int, float] = {}
        interval = None
        if run.scores and measure in comparison.measures:
            interval = comparison.figure_of(run.name, measure)
            values.update(zip(comparison.seeds(run.name), interval.by_seed))
        for seed, metrics in run.metrics.items():
            if f'gesture/{measure}' in metrics:
                values[seed] = metrics[f'gesture/{measure}']
                interval = None  # it would leave this seed out
        numbers = [values[seed] for seed in sorted(values)]
        row[measure] = None if not numbers else dict(
            mean=float(np.mean(numbers)),
            sd=float(np.std(numbers, ddof=1)) if len(numbers) > 1 else None,
            by_seed=numbers,
            low=interval.low if interval else None,
            high=interval.high if interval else None)
    row['by_pair'] = {
        ' / '.join(pair): values
        for pair, values in comparison.by_pair(run.name).items()
    } if run.scores else {}
    return row


def paired_rows(comparison: Comparison, a: str, b: str) -> List[dict]:
    """The differences of two runs, a row a measure of :data:`COMPARED`.

    Args:
        comparison (Comparison): What both are part of.
        a (str): Name of a run.
        b (str): Name of the run it is compared with.

    Returns:
        list[dict]: ``a, b, measure, seeds, by_seed, mean, low, high, df,
        units, unit, verdict``, as fractions; for top-1 also, by seed,
        ``wins`` (clips that only a and only b has right) and ``mcnemar_p``
        (exact, two-sided; of this training and these clips alone).
    """
    rows = []
    for measure in COMPARED:
        if measure not in comparison.measures:
            continue
        seeds, result = comparison.difference(a, b, measure)
        row = dict(
            a=a,
            b=b,
            measure=measure,
            seeds=seeds,
            by_seed=list(result.by_seed),
            mean=result.mean,
            low=result.low,
            high=result.high,
            df=result.df,
            units=result.num_units,
            unit=comparison.unit,
            verdict=result.verdict)
        if measure == 'top1':
            row['wins'] = [comparison.wins(a, b, seed) for seed in seeds]
            row['mcnemar_p'] = [
                binomtest(mine, mine + theirs).pvalue if mine + theirs else 1.
                for mine, theirs in row['wins']
            ]
        rows.append(row)
    return rows


def accuracy_rows(rows: Sequence[dict]) -> List[dict]:
    """The rows that ``tools/analysis/plot_tradeoff.py`` reads.

    Args:
        rows (Sequence[dict]): From :func:`run_row`.

    Returns:
        list[dict]: ``name, config, top1, top5, top1_std`` of the runs that
        are their config; those that share one differ from it by options,
        and have another cost.
    """
    configs = [row['config'] for row in rows]
    return [
        dict(
            name=row['run'],
            config=row['config'],
            top1=row['top1']['mean'],
            top5=(row['top5'] or {}).get('mean'),
            top1_std=row['top1']['sd']) for row in rows
        if row['top1'] and row['config'] and configs.count(row['config']) == 1
    ]
