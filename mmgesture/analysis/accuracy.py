"""Accuracies from result files, joined with what the models cost."""
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from mmgesture.textio import read_csv, read_json, shown
from mmgesture.visualization.tradeoff import TradeoffPoint

MEASURED, REPORTED = 'measured here', 'reported by the authors'

#: Families by the beginning of a config's name; the first that fits.
FAMILIES = (
    (r'msf-.*-plus', 'MSF-Mamba+'),
    (r'msf-', 'MSF-Mamba'),
    (r'videomamba', 'VideoMamba'),
    (r'(c3d|i3d|tsn|tsm|trn|manet|r3d)', 'CNN'),
    (r'(timesformer|swin|uniformer)', 'Transformer'),
)


@dataclass(frozen=True)
class Result:
    """Accuracy of one model on one data set.

    Attributes:
        name (str): As figures call it.
        config (str): Name of its config, with or without the data set.
        dataset (str, optional): None where the file does not tell.
        top1 (float): In per cent.
        top5 (float, optional): In per cent.
        source (str): ``'measured here'`` or ``'reported by the authors'``.
        grey (bool): Quoted from elsewhere, another training. Defaults to
            False.
        spread (float, optional): Standard deviation of top-1 over seeds, in
            per cent. Defaults to None.
    """
    name: str
    config: str
    dataset: Optional[str]
    top1: float
    top5: Optional[float]
    source: str
    grey: bool = False
    spread: Optional[float] = None


def read_results(path: Union[str, Path]) -> List[Result]:
    """Read accuracies.

    The file is csv, or json: a list of rows, or an object whose ``rows`` is
    that list. A row has ``name`` (or ``model``), ``config``, ``top1``, and
    may have ``top5``, ``dataset`` (else what follows the ``_`` in the
    config's name), ``top1_std`` and ``grey``. ``source`` is ``'measured
    here'`` or ``'reported by the authors'``, and may stand once beside
    ``rows`` for all; rows may then use the word for their citation. A file
    without any accuracy above 1 holds fractions, others per cent.

    Args:
        path (str | Path): The file.

    Returns:
        list[Result]: The rows.

    Raises:
        ValueError: If a row lacks something or has a wrong value; the
            message names the file and the row.
    """
    path = Path(path)
    common, rows = _read_rows(path)
    results = []
    for number, row in enumerate(rows, 1):
        where = f'{path}: row {number}'
        try:
            results.append(_result(row, common))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(
                f'{where}: expected name, config, top1 and source, got '
                f'{shown(dict(row) if isinstance(row, Mapping) else row)} '
                f'({type(error).__name__}: {str(error)[:200]})') from error
    if results and max(r.top1 for r in results) <= 1:
        results = [_in_per_cent(r) for r in results]
    for number, r in enumerate(results, 1):
        if not 0 <= r.top1 <= 100:
            raise ValueError(f'{path}: row {number}: expected top1 between '
                             f'0 and 100 per cent, got {r.top1}')
    return results


def _read_rows(path: Path) -> Tuple[Optional[str], List[Any]]:
    """The source that all rows share, if the file names one, and the rows."""
    if path.suffix == '.csv':
        rows = [row for _, row in read_csv(path) if row]
        return None, [dict(zip(rows[0], row)) for row in rows[1:]]
    data = read_json(path)
    common = None
    if isinstance(data, dict):
        common, data = data.get('source'), data.get('rows')
    if not isinstance(data, list):
        raise ValueError(f'{path}: expected a list of rows, or an object '
                         f"with 'rows', got {type(data).__name__}")
    return common, data


def _number(value: Any) -> Optional[float]:
    return None if value in (None, '') else float(value)


def _result(row: Mapping[str, Any], common: Optional[str]) -> Result:
    source = common or row['source']
    if source not in (MEASURED, REPORTED):
        raise ValueError(f'source expected {MEASURED!r} or {REPORTED!r}, '
                         f'got {source!r}')
    config = re.sub(r'\.py$', '', Path(row['config']).name)
    dataset = row.get('dataset') or config.partition('_')[2] or None
    return Result(
        row.get('name') or row['model'], config, dataset, float(row['top1']),
        _number(row.get('top5')), source,
        str(row.get('grey', '')).lower() in ('true', '1'),
        _number(row.get('top1_std')))


def _in_per_cent(r: Result) -> Result:
    top5, spread = (None if v is None else 100 * v
                    for v in (r.top5, r.spread))
    return Result(r.name, r.config, r.dataset, 100 * r.top1, top5, r.source,
                  r.grey, spread)


def family_of(config: str) -> str:
    """Family of a model, for colours and lines.

    Args:
        config (str): Name of the config.

    Returns:
        str: For instance ``'MSF-Mamba+'``; ``'other'`` for unknown ones.
    """
    for pattern, family in FAMILIES:
        if re.match(pattern, config.partition('_')[0]):
            return family
    return 'other'


def variant_of(config: str) -> str:
    """Size of a model within its family.

    Args:
        config (str): Name of the config.

    Returns:
        str: For instance ``'S'``; '' where the name has none.
    """
    found = re.fullmatch(r'.+-([a-z])(-plus)?', config.partition('_')[0])
    return found.group(1).upper() if found else ''


def cost_of(row: Mapping[str, Any], quantity: str) -> Optional[float]:
    """A quantity of a row of the table of costs.

    Args:
        row (Mapping): From ``read_tables``.
        quantity (str): ``'latency'`` (ms a clip), ``'flops'`` (GFLOPs),
            ``'macs'`` (GMACs), ``'params'`` (millions) or ``'memory'``
            (MiB).

    Returns:
        float | None: None where it was not measured.
    """
    if quantity in ('latency', 'memory') and not row.get('latency'):
        return None
    return {
        'latency': lambda: 1e3 * row['latency']['median_per_clip_s'],
        'memory': lambda: row['memory']['peak_mib'],
        'flops': lambda: row['flops'] / 1e9,
        'macs': lambda: row['macs'] / 1e9,
        'params': lambda: row['params'] / 1e6,
    }[quantity]()


def _row_of(result: Result, table: Dict[str, dict]) -> Optional[dict]:
    """The cost of a result's model, from its own config if it is there."""
    model = result.config.partition('_')[0]
    for name in (result.config, f'{result.config}_{result.dataset}'):
        if name in table:
            return table[name]
    if result.config not in (model, f'{model}_{result.dataset}'):
        return None  # a variant of its own
    # on another data set the model differs by the head alone
    for name in sorted(table):
        if name.count('_') <= 1 and name.partition('_')[0] == model:
            return table[name]
    return None


def join(results: Sequence[Result],
         table: Dict[str, dict],
         x: str,
         size: str = 'params',
         metric: str = 'top1') -> Tuple[List[TradeoffPoint], List[str]]:
    """Points of a figure from accuracies and costs.

    Args:
        results (Sequence[Result]): Accuracies, all on one data set.
        table (dict[str, dict]): From ``read_tables``.
        x (str): Quantity of the x axis, see :func:`cost_of`.
        size (str): Quantity of the bubbles. Defaults to ``'params'``.
        metric (str): ``'top1'`` or ``'top5'``. Defaults to ``'top1'``.

    Returns:
        tuple: The points, names of grey rows with a star, and one line about
        each result that is left out.

    Raises:
        ValueError: If there are several data sets.
    """
    datasets = sorted({r.dataset or '?' for r in results})
    if len(datasets) > 1:
        raise ValueError('accuracies on different data sets cannot stand on '
                         f'one axis, got {datasets}: choose one')
    points, missing = [], []
    for r in results:
        row = _row_of(r, table)
        value = getattr(r, metric)
        if row is None:
            missing.append(f'{r.name} ({r.config}): not in the table of costs')
        elif cost_of(row, x) is None or cost_of(row, size) is None:
            lack = x if cost_of(row, x) is None else size
            missing.append(f'{r.name} ({row["config"]}): no {lack} in the '
                           'table (complexity.py --latency measures it)')
        elif value is None:
            missing.append(f'{r.name} ({r.config}): no {metric}')
        else:
            points.append(
                TradeoffPoint(
                    r.name + '*' * r.grey, family_of(r.config),
                    cost_of(row, x), value, r.source == MEASURED,
                    variant_of(r.config), cost_of(row, size),
                    r.spread if metric == 'top1' else None))
    return points, missing
