"""The files that hold what models cost."""
import csv
import io
import json
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence, Union

from mmgesture.fileio import atomic_write
from mmgesture.textio import expecting, read_json, shown
from .flops import KINDS, PARTS

VERSION = 1
SUFFIXES = ('.json', '.md', '.csv')

#: Said below every table, because papers mean different things by FLOPs.
LEGEND = (
    'FLOPs of one sample at the given input. GMACs: multiply-accumulates of '
    'matrix products and convolutions, which most papers call FLOPs. GFLOPs: '
    'twice that (a multiplication and an addition each), and the selective '
    'scan by formula. Norms, activations and softmax are not counted.')


def _times(numbers: Sequence[int]) -> str:
    return ' x '.join(map(str, numbers))


def flat_row(row: Mapping[str, Any]) -> Dict[str, Any]:
    """What people read of a row, one value a column, in their units.

    Args:
        row (Mapping): A row of ``analyse_config``, with ``latency`` and
            ``memory`` of ``profile_config`` where they were measured.

    Returns:
        dict: Values by column; M are millions, G thousand millions.
    """
    size = row['input']
    if isinstance(size, dict):  # several inputs by name
        size = ', '.join(f'{name} {_times(n)}' for name, n in size.items())
    else:
        size = _times(size)
    if row['resized_to']:
        size += f' -> {row["resized_to"]}'
    flat = {
        'config': row['config'],
        'input': size,
        'params (M)': row['params'] / 1e6,
    }
    for part in PARTS:
        flat[f'{part} (M)'] = row['params_by_part'][part] / 1e6
    flat['GMACs'] = row['macs'] / 1e9
    flat['GFLOPs'] = row['flops'] / 1e9
    # a head's FLOPs would be three digits behind the point
    for part in PARTS[:2]:
        flat[f'{part} (GFLOPs)'] = row['flops_by_part'][part] / 1e9
    flat['scan (GFLOPs)'] = row['flops_by_kind'][KINDS[2]] / 1e9
    if row.get('latency'):
        flat['latency (ms)'] = 1e3 * row['latency']['median_s']
        flat['IQR (ms)'] = 1e3 * row['latency']['iqr_s']
        flat['memory (MiB)'] = row['memory']['peak_mib']
    return flat


def columns_of(rows: Sequence[Mapping[str, Any]]) -> List[str]:
    """Columns of a table, without those that hold nothing but zeros.

    Args:
        rows (Sequence[Mapping]): Flat rows.

    Returns:
        list[str]: The columns, in order.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [n for n in names if any(row.get(n) for row in rows)]


def cell(value: Any) -> str:
    """A value as it stands in tables.

    Args:
        value (Any): Text, a number, or None.

    Returns:
        str: Two digits behind the point, three digits of what is smaller
        than 10, '-' for None.
    """
    if value is None:
        return '-'
    if not isinstance(value, float):
        return str(value)
    if not value:
        return '0'
    return f'{value:.2f}' if abs(value) >= 10 else f'{value:.3g}'


def _markdown(rows: List[Dict[str, Any]], notes: Sequence[str]) -> str:
    columns = columns_of(rows)
    lines = [columns, ['---'] + ['---:'] * (len(columns) - 1)]
    lines += [[cell(row.get(name)) for name in columns] for row in rows]
    table = ''.join('| ' + ' | '.join(line) + ' |\n' for line in lines)
    return table + ''.join(f'\n{note}\n' for note in notes)


def _csv(rows: List[Dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(
        text, columns_of(rows), extrasaction='ignore', lineterminator='\n')
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def settings_note(machine: Mapping[str, Any],
                  settings: Mapping[str, Any]) -> str:
    """One sentence on how the latencies were measured.

    Args:
        machine (Mapping): From ``describe_machine``.
        settings (Mapping): From ``profile_config``.

    Returns:
        str: The sentence.
    """
    threads = ('' if settings['device'] != 'cpu' else
               f', threads: {settings["threads"]}')
    return (f'Latency: median of {settings["repeats"]} calls after '
            f'{settings["warmup"]}, batch size {settings["batch_size"]}, '
            f'{settings["precision"]}, on {machine["device"]}{threads}, '
            f'torch {machine["torch"]}.')


def write_table(path: Union[str, Path],
                rows: Sequence[Mapping[str, Any]],
                machine: Mapping[str, Any]) -> None:
    """Write a table; the suffix says as what.

    ``.json`` holds everything and is what figures are drawn from; ``.md``
    and ``.csv`` hold what people read.

    Args:
        path (str | Path): File to write: .json, .md or .csv.
        rows (Sequence[Mapping]): Rows of ``analyse_config``.
        machine (Mapping): From ``describe_machine``.

    Raises:
        ValueError: If the suffix is another, or there is no row.
    """
    path = Path(path)
    if not rows:
        raise ValueError(f'{path}: expected at least one row to write')
    flat = [flat_row(row) for row in rows]
    if path.suffix == '.json':
        text = json.dumps(
            dict(
                mmgesture_complexity=VERSION,
                machine=dict(machine),
                rows=list(rows)),
            indent=1) + '\n'
    elif path.suffix == '.md':
        measured = [row for row in rows if row.get('latency')]
        notes = [LEGEND]
        if measured:
            notes.append(settings_note(machine, measured[0]['settings']))
        text = _markdown(flat, notes)
    elif path.suffix == '.csv':
        text = _csv(flat)
    else:
        raise ValueError(
            f'{path}: expected a file name that ends in one of {SUFFIXES}')
    with atomic_write(path) as file:
        file.write(text)


def read_tables(paths: Sequence[Union[str, Path]]) -> Dict[str, dict]:
    """Read tables in json and join them by config.

    A later file adds what an earlier one lacks (a latency, for instance) and
    replaces what it has.

    Args:
        paths (Sequence[str | Path]): Files of :func:`write_table`.

    Returns:
        dict[str, dict]: Rows by config; those with a latency have
        ``machine`` too.

    Raises:
        ValueError: If a file is no such table, or latencies were measured on
            different machines or in different ways.
    """
    joined: Dict[str, dict] = {}
    for path in paths:
        table = read_json(path)
        found = table.get('mmgesture_complexity') if isinstance(
            table, dict) else None
        if found != VERSION:
            raise ValueError(
                f'{path}: expected a json file of tools/analysis/'
                f"complexity.py ('mmgesture_complexity': {VERSION}), got "
                f'{shown(found)} in its place')
        with expecting(path, 'rows with a config, and settings and machine '
                       'where a latency is'):
            for row in table['rows']:
                if row.get('latency'):
                    row['machine'] = table['machine']
                    settings_note(row['machine'], row['settings'])
                joined.setdefault(row['config'], {}).update(row)
    ways: Dict[str, str] = {}
    for name, row in joined.items():
        if row.get('latency'):
            ways.setdefault(
                settings_note(row['machine'], row['settings']), name)
    if len(ways) > 1:
        listed = '; '.join(f'{name}: {way}' for way, name in ways.items())
        raise ValueError('latencies of different machines or settings '
                         f'cannot stand in one figure: {listed}')
    return joined
