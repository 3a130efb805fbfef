"""Being asked to stop: by a scheduler, before the time is up.

Slurm and other schedulers send SIGTERM or SIGUSR1 some time before they kill
a job. A training run then finishes its step, saves where it stands and ends
with :class:`RunInterrupted`; ``tools/train.py`` turns that into
:data:`EXIT_CODE`, by which a job script knows that the run is to be started
again.
"""
import signal
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional, Union

__all__ = [
    'EXIT_CODE', 'RunInterrupted', 'StopRequest', 'listening',
    'remove_interrupted'
]

#: Exit code of an interrupted run: EX_TEMPFAIL of ``sysexits.h``, "try later".
EXIT_CODE = 75

#: What the checkpoint of an interrupted run is called.
FILENAME = 'interrupted_iter_{}.pth'


class RunInterrupted(RuntimeError):
    """The run was asked to stop; where it stood is saved.

    Args:
        reason (str): What asked for it, for instance 'SIGTERM'.
        checkpoint (str, optional): The checkpoint to resume from. Defaults
            to None: none was written.
    """

    def __init__(self, reason: str, checkpoint: Optional[str] = None) -> None:
        self.reason = reason
        self.checkpoint = checkpoint
        super().__init__(
            f'stopped by {reason}' +
            (f', saved as {checkpoint}; go on with --resume'
             if checkpoint else ''))


class StopRequest:
    """Whether somebody asked this process to stop.

    Attributes:
        reason (str): The first signal's name; '' while there was none.
    """

    def __init__(self) -> None:
        self.reason = ''

    def __call__(self, signum: int, frame=None) -> None:
        """Handle a signal: note it, and no more.

        Args:
            signum (int): Its number.
            frame (FrameType, optional): Not used. Defaults to None.
        """
        self.reason = self.reason or signal.Signals(signum).name

    def __bool__(self) -> bool:
        return bool(self.reason)


@contextmanager
def listening() -> Iterator[StopRequest]:
    """Note SIGTERM and SIGUSR1 in the block instead of dying of them.

    Outside of the main thread, where Python allows no handlers, the signals
    keep their meaning.

    Yields:
        StopRequest: True once a signal has come.
    """
    request = StopRequest()
    names = [n for n in ('SIGTERM', 'SIGUSR1') if hasattr(signal, n)]
    if threading.current_thread() is not threading.main_thread():
        names = []
    before = {
        getattr(signal, name): signal.signal(getattr(signal, name), request)
        for name in names
    }
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def remove_interrupted(folder: Union[str, Path],
                       keep: Optional[str] = None) -> None:
    """Remove checkpoints of interruptions that later ones replace.

    Args:
        folder (str | Path): Where checkpoints lie.
        keep (str, optional): Name of the one to keep. Defaults to None.
    """
    for path in Path(folder).glob(FILENAME.format('*')):
        if path.name != keep:
            path.unlink(missing_ok=True)
