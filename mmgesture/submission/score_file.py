"""The score file: class probabilities of every clip, keyed by sample id.

It is a jsonl file. The first line is the header, every further line a clip::

    {"mmgesture_scores": 1, "classes": ["..."], "config": "msf-s_smg.py",
     "checkpoint": "best.pth", "rows": 432, "sha256": "..."}
    {"sample_id": "Sample0001_0003", "label": 14, "scores": [0.1, ...],
     "unreadable": false}

``label`` is null where the label is hidden. ``unreadable`` marks clips whose
media could not be decoded; their scores are uniform. Everything downstream
(fusion, submission, error analysis) joins by ``sample_id``, never by order.
``rows`` and ``sha256`` tell whether the file is whole
(:mod:`~mmgesture.submission.checked_lines`).
"""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Union

import numpy as np

from mmgesture.textio import shown
from .checked_lines import read_lines, write_lines
from .score_checks import FORMAT_VERSION, check_header, check_row


@dataclass
class ScoreFile:
    """Scores of a set of clips.

    Attributes:
        sample_ids (list[str]): Unique ids, in file order.
        scores (np.ndarray): Probabilities, shape (num_clips, num_classes),
            float64.
        classes (list[str]): Class names, length num_classes.
        labels (list[int | None]): Ground truth, None where hidden. Given as
            None, all are hidden.
        unreadable (np.ndarray): Clips that could not be decoded, shape
            (num_clips,), bool. Given as None, none is.
        config (str, optional): Name of the config that made the scores.
        checkpoint (str, optional): Name of the checkpoint.
        source (str): What errors call this file. Defaults to 'scores'.

    Raises:
        ValueError: If ids repeat, lengths disagree, or scores are no
            probabilities.
    """

    sample_ids: List[str]
    scores: np.ndarray
    classes: List[str]
    labels: Optional[List[Optional[int]]] = None
    unreadable: Optional[np.ndarray] = None
    config: Optional[str] = None
    checkpoint: Optional[str] = None
    source: str = field(default='scores', compare=False)

    def __post_init__(self) -> None:
        self.sample_ids = list(self.sample_ids)
        self.classes = [str(name) for name in self.classes]
        count = len(self.sample_ids)
        if self.labels is None:
            self.labels = [None] * count
        if self.unreadable is None:
            self.unreadable = np.zeros(count, dtype=bool)
        self.labels = list(self.labels)
        self.unreadable = np.asarray(self.unreadable, dtype=bool)
        if not (len(self.scores) == len(self.labels) == len(self.unreadable)
                == count):
            raise ValueError(
                f'{self.source}: expected as many rows of scores, labels and '
                f'unreadable flags as the {count} ids, got '
                f'{len(self.scores)}, {len(self.labels)} and '
                f'{len(self.unreadable)}')
        seen: Dict[str, int] = {}
        rows = []
        for index, sample_id in enumerate(self.sample_ids):
            where = f'{self.source}: row {index} ({sample_id!r})'
            rows.append(
                check_row(where, sample_id, self.scores[index],
                          self.labels[index], len(self.classes)))
            if sample_id in seen:
                raise ValueError(f'{where}: the id occurs already in row '
                                 f'{seen[sample_id]}; every id once')
            seen[sample_id] = index
        # (num_clips, num_classes), also with no clip at all
        self.scores = np.array(rows).reshape(count, len(self.classes))

    def __len__(self) -> int:
        return len(self.sample_ids)

    @property
    def num_classes(self) -> int:
        """int: Number of classes."""
        return len(self.classes)

    @property
    def known(self) -> np.ndarray:
        """np.ndarray: Clips whose label is known, shape (num_clips,)."""
        return np.array([label is not None for label in self.labels],
                        dtype=bool)

    def known_labels(self) -> np.ndarray:
        """np.ndarray: The labels of the clips in :attr:`known`, int64."""
        return np.array([label for label in self.labels if label is not None],
                        dtype=np.int64)

    def index_of(self) -> Dict[str, int]:
        """dict[str, int]: Row of every sample id."""
        return {name: row for row, name in enumerate(self.sample_ids)}

    def select(self, sample_ids: Sequence[str]) -> 'ScoreFile':
        """The rows of the given ids, in the given order.

        Args:
            sample_ids (Sequence[str]): Ids that must all be there.

        Returns:
            ScoreFile: The selection.

        Raises:
            ValueError: If an id is missing.
        """
        index = self.index_of()
        missing = [name for name in sample_ids if name not in index]
        if missing:
            raise ValueError(
                f'{self.source}: no scores for {len(missing)} of '
                f'{len(sample_ids)} ids, e.g. {missing[:3]}; test on the '
                'split that these ids belong to')
        rows = [index[name] for name in sample_ids]
        return ScoreFile(
            sample_ids=list(sample_ids),
            scores=self.scores[rows],
            classes=self.classes,
            labels=[self.labels[row] for row in rows],
            unreadable=self.unreadable[rows],
            config=self.config,
            checkpoint=self.checkpoint,
            source=self.source)

    def summarise(self) -> dict:
        """What the file holds, in plain types.

        Returns:
            dict: ``num_clips, num_classes, num_labelled, num_unreadable,
            config, checkpoint, predicted`` (clips by predicted class, class
            indices as keys) and ``mean_confidence`` (None without clips).
        """
        predicted = np.bincount(
            np.argmax(self.scores, axis=1),
            minlength=self.num_classes) if len(self) else np.zeros(
                self.num_classes, dtype=int)
        return {
            'num_clips': len(self),
            'num_classes': self.num_classes,
            'num_labelled': int(self.known.sum()),
            'num_unreadable': int(self.unreadable.sum()),
            'config': self.config,
            'checkpoint': self.checkpoint,
            'predicted': {
                index: int(number)
                for index, number in enumerate(predicted)
            },
            'mean_confidence':
            float(self.scores.max(axis=1).mean()) if len(self) else None,
        }


def write_scores(path: Union[str, Path], score_file: ScoreFile) -> None:
    """Write a score file atomically.

    Numbers keep nine significant digits, which restores a float32 exactly.

    Args:
        path (str | Path): The file, ``.jsonl`` by convention. Missing parent
            folders are made.
        score_file (ScoreFile): The scores.
    """
    header = {
        'mmgesture_scores': FORMAT_VERSION,
        'classes': score_file.classes,
        'config': score_file.config,
        'checkpoint': score_file.checkpoint,
    }
    labels = [None if x is None else int(x) for x in score_file.labels]
    write_lines(path, header, ({
        'sample_id': name,
        'label': labels[index],
        'scores': [float(f'{x:.9g}') for x in score_file.scores[index]],
        'unreadable': bool(score_file.unreadable[index]),
    } for index, name in enumerate(score_file.sample_ids)))


def read_scores(path: Union[str, Path]) -> ScoreFile:
    """Read and validate a score file.

    Args:
        path (str | Path): A file of :func:`write_scores`.

    Returns:
        ScoreFile: The scores, in file order.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a line is wrong, or some are missing; the message
            names file and line.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f'{path}: no such score file; write one with tools/test.py '
            'CONFIG CHECKPOINT --dump SCORES')
    header: Optional[dict] = None
    ids, labels, scores, unreadable = [], [], [], []
    lines: Dict[str, str] = {}
    for where, entry in read_lines(path):
        if header is None:
            header = check_header(where, entry)
            continue
        for key in ('sample_id', 'scores'):
            if key not in entry:
                raise ValueError(f'{where}: expected the key {key!r}, got '
                                 f'only {shown(sorted(entry))}')
        sample_id, label = entry['sample_id'], entry.get('label')
        flag = entry.get('unreadable', False)
        if not isinstance(flag, bool):
            raise ValueError(f'{where}: expected true or false for '
                             f'"unreadable", got {shown(flag)}')
        scores.append(
            check_row(where, sample_id, entry['scores'], label,
                      len(header['classes'])))
        number = where.rsplit(' ', 1)[1]
        if lines.setdefault(sample_id, number) != number:
            raise ValueError(f'{where}: the id {shown(sample_id)} occurs '
                             f'already in line {lines[sample_id]}; every '
                             'id once')
        ids.append(sample_id)
        labels.append(label)
        unreadable.append(flag)
    if header is None:
        raise ValueError(f'{path}: the file is empty; expected a header line '
                         'with "mmgesture_scores"')
    return ScoreFile(
        sample_ids=ids,
        scores=np.array(scores),
        classes=header['classes'],
        labels=labels,
        unreadable=np.array(unreadable, dtype=bool),
        config=header.get('config'),
        checkpoint=header.get('checkpoint'),
        source=str(path))
