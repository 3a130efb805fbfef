"""How a table of videos, segments and labels is to be read."""
from dataclasses import dataclass, field
from typing import Dict, Optional, Sequence

COLUMNS = ('path', 'start', 'end', 'label', 'subject', 'split')


@dataclass
class TableFormat:
    """How to read the tables.

    Attributes:
        columns (dict): Meaning (``path, start, end, label, subject, split``)
            to the name of the column. ``path`` is required. Without
            ``start`` and ``end`` a row is a whole file; without ``label``
            its label is hidden.
        intervals (str, optional): Column with labels and intervals in one
            cell (see :mod:`.intervals`), in place of label, start and end.
        unit (str): 'seconds' or 'frames'.
        frame_base (int): Number of the first frame, 0 or 1.
        inclusive (bool): Whether an end frame belongs to the segment.
        video_dir (str): Folder that the paths are relative to, below the
            data root; ``{csv_dir}`` and ``{csv_stem}`` stand for the
            table's folder and its name without suffix.
        subject_from_path (str, optional): Regular expression whose first
            group is the subject, searched in the path of the video.
        subject_splits (dict): Subject to split.
        rename (dict): Label in the table to class name.
        classes (Sequence[str], optional): Class names; None: the labels that
            occur, sorted.
        label_base (int, optional): The label column holds numbers counted
            from here; needs ``classes``. None: it holds names.
        delimiter (str): Between the cells.
    """

    columns: Dict[str, str]
    intervals: Optional[str] = None
    unit: str = 'seconds'
    frame_base: int = 0
    inclusive: bool = False
    video_dir: str = ''
    subject_from_path: Optional[str] = None
    subject_splits: Dict[str, str] = field(default_factory=dict)
    rename: Dict[str, str] = field(default_factory=dict)
    classes: Optional[Sequence[str]] = None
    label_base: Optional[int] = None
    delimiter: str = ','

    def __post_init__(self) -> None:
        unknown = set(self.columns) - set(COLUMNS)
        if unknown or 'path' not in self.columns:
            raise ValueError(f'expected columns out of {COLUMNS} and among '
                             f'them path, got {sorted(self.columns)}')
        if ('start' in self.columns) != ('end' in self.columns):
            raise ValueError('expected both start and end or neither, got '
                             f'{sorted(self.columns)}')
        if self.intervals and {'start', 'label'} & set(self.columns):
            raise ValueError('expected either an interval column or start, '
                             'end and label, got both')
        if self.unit not in ('seconds', 'frames'):
            raise ValueError("expected unit 'seconds' or 'frames', got "
                             f'{self.unit!r}')
        if self.label_base is not None and self.classes is None:
            raise ValueError('labels by number need the list of classes')
