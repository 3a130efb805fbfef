"""Finding the checkpoint to resume from, past damaged ones."""
import logging
import math
import re
from pathlib import Path
from typing import List, Optional, Union

from mmengine.logging import print_log

from .checkpoint import read_meta
from .checkpoint_file import (CheckpointError, CorruptCheckpointError,
                              check_file)

__all__ = ['find_resumable']

_NAME = re.compile(r'(epoch|iter|interrupted_iter)_\d+')


def _iteration(path: Path) -> float:
    """Return how far a checkpoint is; a damaged one may be ahead of all."""
    try:
        return read_meta(path).get('iter', int(path.stem.split('_')[-1]))
    except CheckpointError:
        return math.inf


def _candidates(work_dir: Path) -> List[Path]:
    """List the checkpoints of a work directory, the best to resume first."""

    def age(path: Path) -> tuple:
        return path.stat().st_mtime_ns, int(path.stem.split('_')[-1])

    found = [
        path for path in work_dir.glob('*.pth') if _NAME.fullmatch(path.stem)
    ]
    found.sort(key=age, reverse=True)
    pointer = work_dir / 'last_checkpoint'
    if not pointer.is_file():
        return found
    named = Path(pointer.read_text(encoding='utf-8', errors='replace').strip())
    try:
        # By name first: the folder may have been moved since.
        last = work_dir / named.name
        last = last if last.is_file() else named
        if not last.is_file():
            return found
    except OSError:  # a damaged pointer: no file has such a name
        return found
    before = []
    if last in found:
        # Not by the time alone: the folder may hold a longer, older run.
        newer = [path for path in found if age(path)[0] > age(last)[0]]
        reached = _iteration(last) if newer else 0
        before = [path for path in newer if _iteration(path) > reached
                  or math.isinf(reached)]
    rest = [path for path in found if path != last and path not in before]
    return before + [last] + rest


def find_resumable(work_dir: Union[str, Path]) -> Optional[Path]:
    """Return the newest undamaged checkpoint of a work directory.

    A file ``epoch_N.pth``, ``iter_N.pth`` or ``interrupted_iter_N.pth`` that
    is further than the one that ``last_checkpoint`` points to, and written
    after it, comes first (the run ended before it could move the pointer);
    then the one pointed to, then the others from the newest to the oldest. A
    damaged file is passed over with a warning.

    Args:
        work_dir (str | Path): The work directory.

    Returns:
        Path | None: The checkpoint, or None if there is none at all.

    Raises:
        CorruptCheckpointError: If there are checkpoints but all are damaged.
    """
    found = _candidates(Path(work_dir))
    for path in found:
        try:
            check_file(path)
            return path
        except CorruptCheckpointError as error:
            print_log(
                f'cannot resume from the damaged checkpoint {error}; trying '
                'the one before it',
                logger='current',
                level=logging.WARNING)
    if found:
        raise CorruptCheckpointError(
            f'all {len(found)} checkpoints in {work_dir} are damaged: '
            f'{", ".join(p.name for p in found)}; train without --resume or '
            'name another one with --resume PATH')
    return None
