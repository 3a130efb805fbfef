"""Messages of a stream, written while they come, and read again."""
import csv
import io
import json
from pathlib import Path
from typing import IO, List, Optional, Sequence, Tuple, Union

from mmgesture.structures import GestureEvent
from mmgesture.textio import expecting, parse_json, read_text

__all__ = ['EVENT_SUFFIXES', 'EventLog', 'read_event_log']

EVENT_SUFFIXES = ('.jsonl', '.csv')
#: A larger label is a mistake, and its list of names would fill the memory.
MAX_CLASSES = 100_000
COLUMNS = ('id', 'state', 'name', 'label', 'score', 'onset', 'offset',
           'emitted')


class EventLog:
    """A file with a line for each message, there as soon as it was said.

    Whenever the program ends, by whatever, the file holds whole lines of all
    that was said. It is made with the first message, or empty at the end; an
    older file is never written over.

    Args:
        path (str | Path): A name that ends with .jsonl or .csv.
        classes (Sequence[str]): Class names.

    Raises:
        ValueError: If the suffix is another one.
        FileExistsError: If there is such a file.
    """

    def __init__(self, path: Union[str, Path],
                 classes: Sequence[str]) -> None:
        self.path = Path(path)
        if self.path.suffix.lower() not in EVENT_SUFFIXES:
            raise ValueError(f'{path}: expected a name that ends with one of '
                             f'{", ".join(EVENT_SUFFIXES)}')
        if self.path.exists():
            raise FileExistsError(f'{path} is there already; a running log '
                                  'is not written over it: give another name')
        self.classes = list(classes)
        self._file: Optional[IO[str]] = None

    def __enter__(self) -> 'EventLog':
        return self

    def __exit__(self, kind, error, trace) -> None:
        if kind is None:
            self.write([])
        if self._file is not None:
            self._file.close()

    def write(self, events: Sequence[GestureEvent]) -> None:
        """Add messages; they are handed to the system at once.

        Args:
            events (Sequence[GestureEvent]): What is new, in order.

        Raises:
            OSError: If the file cannot be written.
        """
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # 'x': a file that somebody made meanwhile stays as it is
            self._file = open(self.path, 'x', encoding='utf-8', newline='')
            if self.path.suffix.lower() == '.csv':
                self._file.write(_csv_line(COLUMNS))
        for event in events:
            values = dict(
                event.to_dict(), name=self.classes[event.label],
                score=round(event.score, 4), onset=round(event.onset, 4),
                emitted=round(event.emitted, 4),
                offset=None if event.offset is None else round(
                    event.offset, 4))
            row = {key: values[key] for key in COLUMNS}
            self._file.write(
                _csv_line(row.values()) if self.path.suffix.lower() == '.csv'
                else json.dumps(row, ensure_ascii=False) + '\n')
        self._file.flush()


def read_event_log(
        path: Union[str, Path]) -> Tuple[List[GestureEvent], List[str]]:
    """Read a ``.jsonl`` log again.

    A last line without its end is left out: the program may be writing it,
    or was killed there.

    Args:
        path (str | Path): The file.

    Returns:
        tuple[list[GestureEvent], list[str]]: The messages, in order, and the
        class names; classes that do not occur are called by their numbers.

    Raises:
        OSError: If the file cannot be opened.
        ValueError: If a line is no message; file and line are named.
    """
    events: List[GestureEvent] = []
    names = {}
    lines = read_text(path).split('\n')[:-1]
    for number, line in enumerate(lines, 1):
        where = f'{path}, line {number}'
        row = parse_json(line, where)
        with expecting(where, f'a message with {", ".join(COLUMNS)}'):
            if not isinstance(row['name'], str) or not isinstance(
                    row['label'], int) or not 0 <= row['label'] < MAX_CLASSES:
                raise ValueError('a name and a label of 0 or more')
            names[row['label']] = row.pop('name')
            events.append(GestureEvent(**row))
    return events, [names.get(k, str(k))
                    for k in range(max(names, default=-1) + 1)]


def _csv_line(values) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator='\n').writerow(values)
    return line.getvalue()
