"""What a validator found."""
from dataclasses import dataclass, field
from typing import Dict, List

#: Ids that a problem quotes before it says how many more there are.
NUM_EXAMPLES = 5


@dataclass
class ValidationReport:
    """The outcome of checking one submission file.

    Attributes:
        path (str): The file that was checked.
        format (str): Name of the submission format.
        num_rows (int): Predictions that it holds.
        histogram (dict[int, int]): Predictions by submitted class number.
        problems (list[str]): What is wrong; empty when the file is valid.
        notes (list[str]): What is allowed but worth a look.
    """

    path: str
    format: str
    num_rows: int = 0
    histogram: Dict[int, int] = field(default_factory=dict)
    problems: List[str] = field(default_factory=list)
    notes: List[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """bool: Whether nothing is wrong."""
        return not self.problems

    def __str__(self) -> str:
        verdict = 'valid' if self.ok else 'INVALID'
        lines = [
            f'{self.path}: {verdict} {self.format} submission, '
            f'{self.num_rows} rows, {len(self.histogram)} classes predicted'
        ]
        lines += [f'  - {problem}' for problem in self.problems]
        lines += [f'  note: {note}' for note in self.notes]
        return '\n'.join(lines)


def examples(names: List[str]) -> str:
    """A few of many names for a message.

    Args:
        names (list[str]): The names.

    Returns:
        str: The first ones and how many more there are.
    """
    text = ', '.join(names[:NUM_EXAMPLES])
    more = len(names) - NUM_EXAMPLES
    return f'{text} and {more} more' if more > 0 else text
