"""The errors that say what is wrong with a media file."""


class UnreadableMediaError(RuntimeError):
    """A media file, or the asked part of it, cannot be read.

    Args:
        path (str): The file.
        reason (str): What was expected and what was found.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f'{path}: {reason}')

    def __reduce__(self):
        # worker processes send their exceptions home by pickle
        return type(self), (self.path, self.reason)


class TooManyBadMediaError(RuntimeError):
    """More samples are unreadable than the data set tolerates."""
