"""The course of a training, read from the logs of its run."""
import csv
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from mmgesture.fileio import atomic_write
from mmgesture.textio import expecting, parse_json, read_json, read_text

#: Curves, and the key of each in the log of training and of validation.
TRAIN_KEYS = dict(loss='loss', lr='lr', top1='top1_acc')
VAL_KEYS = dict(loss='loss', top1='gesture/top1')

Curve = List[Tuple[float, float]]


@dataclass
class TrainingLog:
    """Curves of one training.

    Attributes:
        name (str): What the run is called.
        train (dict[str, list[tuple[float, float]]]): ``loss``, ``lr`` and
            ``top1`` in training: points (epochs done, value), in order; an
            epoch of ten steps is at 0.3 after three.
        val (dict[str, list[tuple[float, float]]]): ``loss`` and ``top1`` in
            validation; whole epochs.
        parts (int): Logs that were joined.
    """

    name: str
    train: Dict[str, Curve] = field(default_factory=dict)
    val: Dict[str, Curve] = field(default_factory=dict)
    parts: int = 1

    def epoch_means(self, curve: str) -> Curve:
        """Mean of a training curve over each epoch.

        Args:
            curve (str): ``'loss'``, ``'lr'`` or ``'top1'``.

        Returns:
            list[tuple[float, float]]: Points (epoch, mean of the values
            logged in it).
        """
        values: Dict[int, List[float]] = {}
        for when, value in self.train.get(curve, []):
            values.setdefault(max(math.ceil(when - 1e-9), 1), []).append(value)
        return [(epoch, sum(found) / len(found))
                for epoch, found in sorted(values.items())]


def read_training_log(work_dir: Union[str, Path],
                      name: str = '') -> TrainingLog:
    """Read the logs that a run left in its work directory.

    A run that was resumed has one log (``<time>/vis_data/scalars.json``) for
    every start. They are joined in the order of their times: where a later
    one begins again with an epoch that an earlier one has, the earlier
    one's entries from this epoch on (from its start on, where the run's
    record tells that it began within an epoch) are dropped, as their weights
    were. So a run that was started anew in the same folder replaces what was
    there.

    Args:
        work_dir (str | Path): Work directory of ``tools/train.py``.
        name (str): What to call the run. Defaults to '': the directory's
            name.

    Returns:
        TrainingLog: Its curves.

    Raises:
        FileNotFoundError: If there is no such directory, or no log of a
            training in it.
        ValueError: If a log is damaged, or does not count epochs.
    """
    work_dir = Path(work_dir)
    if not work_dir.is_dir():
        raise FileNotFoundError(f'no work directory at {work_dir.absolute()}')
    train: List[dict] = []
    val: List[dict] = []
    parts = 0
    with expecting(work_dir, 'a log with numbers'):
        # the folders are named by the time of the start
        for path in sorted(work_dir.glob('*/vis_data/scalars.json')):
            new_train, new_val = _split(path, _read_lines(path))
            if not new_train:
                continue  # the log of a test
            first = min(entry['epoch'] for entry in new_train)
            start = _first_step(work_dir, path)
            train = [
                x for x in train if x['epoch'] < first or
                start is not None and x['iter'] <= start
            ] + new_train
            again = {entry['step'] for entry in new_val}
            val = [
                x for x in val
                if x['step'] < first and x['step'] not in again
            ] + new_val
            parts += 1
    if not parts:
        raise FileNotFoundError(
            f'{work_dir}: no log of a training; expected '
            '<time>/vis_data/scalars.json as tools/train.py writes it into '
            'its --work-dir')
    with expecting(work_dir, 'a log with numbers'):
        length = _epoch_length(train)
        return TrainingLog(
            name=name or work_dir.resolve().name,
            train={
                curve: [(entry['iter'] / length, float(entry[key]))
                        for entry in train if key in entry]
                for curve, key in TRAIN_KEYS.items()
            },
            val={
                curve: [(float(entry['step']), float(entry[key]))
                        for entry in val if key in entry]
                for curve, key in VAL_KEYS.items()
            },
            parts=parts)


def _first_step(work_dir: Path, log: Path) -> Optional[int]:
    """Steps that were done when a log's run began, if its record tells."""
    record = work_dir / f'run_record_{log.parents[1].name}.json'
    if not record.is_file():
        return None
    return int(read_json(record)['start']['iter'])


def _read_lines(path: Path) -> List[Dict[str, Any]]:
    """Entries of a log; a last line that was cut short is left out."""
    lines = read_text(path).rstrip('\n').split('\n')
    entries = []
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            entry = parse_json(text, f'{path}, line {number}')
        except ValueError:
            if number == len(lines):
                break  # the run was killed while it wrote
            raise
        if not isinstance(entry, dict):
            raise ValueError(f'{path}, line {number}: expected a JSON '
                             f'object, got {type(entry).__name__}')
        entries.append(entry)
    return entries


def _split(path: Path,
           entries: Sequence[dict]) -> Tuple[List[dict], List[dict]]:
    """Entries of training and of validation."""
    train = [entry for entry in entries if 'lr' in entry]
    # a test logs its metrics as well, but no run both trains and tests
    val = [
        entry for entry in entries if 'lr' not in entry and 'step' in entry
    ]
    for entry in train:
        for key in ('epoch', 'iter'):
            if not isinstance(entry.get(key), int):
                raise ValueError(
                    f'{path}: expected the whole number {key!r} in every '
                    f'entry of the training, got {entry.get(key)!r}; only '
                    'trainings that count epochs can be drawn')
    return train, val


def _epoch_length(train: Sequence[dict]) -> int:
    """Steps per epoch: the fewest that explain all entries.

    The step i of the epoch e lies in ((e - 1) n, e n], so n >= i / e.
    """
    return max(-(-entry['iter'] // entry['epoch']) for entry in train)


def write_curves(path: Union[str, Path], logs: Sequence[TrainingLog]) -> None:
    """Write the curves of several runs as csv, one epoch a row, atomically.

    Columns: ``run, epoch, train_loss, train_top1`` (means over the epoch),
    ``lr`` (the last of the epoch), ``val_loss, val_top1``; empty where
    nothing was logged.

    Args:
        path (str | Path): The file.
        logs (Sequence[TrainingLog]): The runs.
    """
    with atomic_write(path, newline='') as file:
        writer = csv.writer(file)
        writer.writerow([
            'run', 'epoch', 'train_loss', 'train_top1', 'lr', 'val_loss',
            'val_top1'
        ])
        for log in logs:
            last_lr = {
                max(math.ceil(when - 1e-9), 1): value
                for when, value in log.train.get('lr', [])
            }
            columns = [
                dict(log.epoch_means('loss')),
                dict(log.epoch_means('top1')), last_lr,
                dict(log.val.get('loss', [])),
                dict(log.val.get('top1', []))
            ]
            for epoch in sorted(set().union(*columns)):
                writer.writerow([log.name, int(epoch)] + [
                    f'{column[epoch]:.6g}' if epoch in column else ''
                    for column in columns
                ])
