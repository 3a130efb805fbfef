"""Checksums of the files that a long generation has finished.

``checksums.jsonl`` in a folder has one line per finished file::

    {"file": "a/b.mp4", "bytes": 81234, "sha256": "...", "made_of": {...}}

A run that is started again knows by it which files are whole and which are
to be made once more. Lines are appended and flushed one by one, so a killed
run loses one at most; a line that was cut off is passed over.
"""
import hashlib
import json
import os
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Union

__all__ = ['MANIFEST_NAME', 'Manifest', 'file_facts']

MANIFEST_NAME = 'checksums.jsonl'


def file_facts(path: Union[str, Path]) -> Dict[str, Any]:
    """Size and checksum of a file.

    Args:
        path (str | Path): The file.

    Returns:
        dict: ``bytes`` (int) and ``sha256`` (str).
    """
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            digest.update(block)
        return dict(bytes=file.tell(), sha256=digest.hexdigest())


class Manifest:
    """The checksums of a folder.

    Args:
        folder (str | Path): The folder; it need not exist yet.
    """

    def __init__(self, folder: Union[str, Path]) -> None:
        self.folder = Path(folder)
        self._entries: Dict[str, Dict[str, Any]] = {}
        path = self.folder / MANIFEST_NAME
        if not path.is_file():
            return
        with open(path, encoding='utf-8', errors='replace') as file:
            for line in file:
                try:
                    entry = json.loads(line)
                    self._entries[str(entry['file'])] = entry
                except (ValueError, KeyError, TypeError, RecursionError):
                    continue  # cut off, or from a disk that lost it

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def entry(self, name: str) -> Optional[Dict[str, Any]]:
        """What is known of a file.

        Args:
            name (str): Its path relative to the folder, with '/'.

        Returns:
            dict: ``file, bytes, sha256, made_of``; None: nothing.
        """
        return self._entries.get(name)

    def add(self,
            name: str,
            made_of: Any = None,
            facts: Optional[Dict[str, Any]] = None) -> None:
        """Note that a file is finished.

        Args:
            name (str): Its path relative to the folder, with '/'.
            made_of (Any): What identifies the source, plain values. Defaults
                to None.
            facts (dict, optional): Its :func:`file_facts`. Defaults to None:
                they are computed.
        """
        facts = file_facts(self.folder / name) if facts is None else facts
        entry = dict(file=name, **facts, made_of=made_of)
        self._entries[name] = entry
        with open(self.folder / MANIFEST_NAME, 'ab+') as file:
            # an earlier run may have been killed within its last line
            cut = b''
            if file.tell():
                file.seek(-1, os.SEEK_END)
                cut = b'' if file.read(1) == b'\n' else b'\n'
            line = json.dumps(entry, ensure_ascii=False)
            file.write(cut + line.encode() + b'\n')
            file.flush()
            os.fsync(file.fileno())

    def problems(
            self,
            advance: Optional[Callable[[str], None]] = None) -> List[str]:
        """Compare every file with its checksum.

        Args:
            advance (Callable, optional): Called with each name, for a
                progress bar. Defaults to None.

        Returns:
            list[str]: One line for each file that is absent or differs.
        """
        found = []
        for name, entry in self._entries.items():
            if not os.path.isfile(self.folder / name):
                found.append(f'{name}: absent')
            elif not matches(self.folder / name, entry):
                found.append(f'{name}: differs from its checksum')
            if advance is not None:
                advance(name)
        return found


def matches(path: Union[str, Path], entry: Dict[str, Any]) -> bool:
    """Whether a file is the one that an entry describes.

    Args:
        path (str | Path): The file.
        entry (dict): Of :meth:`Manifest.entry`.

    Returns:
        bool: False also where it is absent.
    """
    try:
        # the size is had without reading, and tells most damage
        if os.path.getsize(path) != entry['bytes']:
            return False
        return file_facts(path)['sha256'] == entry['sha256']
    except (OSError, KeyError):
        return False
