"""What every converter tells at the end, and how it complains."""
from collections import Counter
from typing import List, NamedTuple, Sequence

from rich.table import Table

from mmgesture.structures import AnnotationFile

MAX_SHOWN = 20


class ConversionError(ValueError):
    """Source files break their own format.

    Args:
        problems (Sequence[str]): One message per problem, each with file
            and row.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        lines = self.problems[:MAX_SHOWN]
        if len(self.problems) > MAX_SHOWN:
            lines.append(f'... and {len(self.problems) - MAX_SHOWN} more')
        super().__init__(f'{len(self.problems)} problem(s) in the source '
                         'files, nothing was written:\n  ' +
                         '\n  '.join(lines))


class Conversion(NamedTuple):
    """Result of a converter.

    Attributes:
        annotations (AnnotationFile): What was written.
        notes (List[str]): What a person should know: absent files, hidden
            labels, clamped ends.
    """

    annotations: AnnotationFile
    notes: List[str]


def summary_tables(annotations: AnnotationFile) -> List[Table]:
    """Tables of samples per split and per class.

    Args:
        annotations (AnnotationFile): The converted set.

    Returns:
        List[Table]: For a rich console.
    """
    records = annotations.records
    splits = [s for s in annotations.splits
              if any(r.split == s for r in records)]
    if any(r.split is None for r in records):
        splits.append(None)
    titles = [s or '(none)' for s in splits]
    total = Table(title=f'{annotations.dataset}: samples per split')
    for column in ('split', 'samples', 'videos', 'subjects', 'hidden'):
        total.add_column(column, justify='right')
    for split, title in zip(splits, titles):
        part = [r for r in records if r.split == split]
        total.add_row(title, str(len(part)),
                      str(len({r.video or r.keypoints for r in part})),
                      str(len({r.subject for r in part} - {None})),
                      str(sum(r.label is None for r in part)))
    counts = Counter((r.label, r.split) for r in records)
    classes = Table(title='samples per class')
    classes.add_column('label', justify='right')
    classes.add_column('class')
    for title in titles:
        classes.add_column(title, justify='right')
    for label, name in enumerate(annotations.classes):
        classes.add_row(str(label), name,
                        *(str(counts[label, split]) for split in splits))
    return [total, classes]
