"""A csv file alone in a flat zip: what every challenge here wants."""
import csv
import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import List, Optional, Sequence, Union

from mmgesture.fileio import atomic_write
from mmgesture.textio import shown
from .report import ValidationReport, examples


#: Bytes that one file of a submission may unpack to.
MAX_BYTES = 1 << 28

#: What reading a damaged zip raises; RuntimeError: it is encrypted, or of a
#: compression that Python lacks.
BROKEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError,
          UnicodeDecodeError, csv.Error, KeyError, ValueError, struct.error)


def write_csv_zip(out: Union[str, Path], name: str,
                  rows: Sequence[Sequence]) -> None:
    """Write rows as a csv file in a zip, atomically.

    The same rows give the same bytes.

    Args:
        out (str | Path): The zip to write.
        name (str): Name of the csv file in it.
        rows (Sequence[Sequence]): Cells, the header among them.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator='\n').writerows(rows)
    with atomic_write(out, 'wb') as file:
        with zipfile.ZipFile(file, 'w') as archive:
            archive.writestr(zip_entry(name), text.getvalue())


def zip_entry(name: str) -> zipfile.ZipInfo:
    """An entry with a fixed date, so that the same content, the same bytes.

    Args:
        name (str): Name in the zip.

    Returns:
        zipfile.ZipInfo: For ``writestr``.
    """
    entry = zipfile.ZipInfo(name, date_time=(2000, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def read_entry(archive: zipfile.ZipFile, name: str) -> str:
    """The text of an entry, unless it would fill the memory.

    Args:
        archive (ZipFile): The open zip.
        name (str): Name in it.

    Returns:
        str: Its text, UTF-8.

    Raises:
        Exception: One of :data:`BROKEN`.
    """
    size = archive.getinfo(name).file_size
    if size > MAX_BYTES:
        raise zipfile.BadZipFile(f'{name} unpacks to {size} bytes, at most '
                                 f'{MAX_BYTES} are read')
    return archive.read(name).decode('utf-8')


def read_csv_zip(path: Union[str, Path], name: str,
                 report: ValidationReport) -> Optional[List[List[str]]]:
    """Read the rows of the csv file in a zip.

    Args:
        path (str | Path): The zip.
        name (str): Name that the csv file must have, with nothing beside it.
        report (ValidationReport): Problems are appended here.

    Returns:
        list[list[str]]: Cells of every line; None where the file cannot be
        read, with the reason in the report.
    """
    path = Path(path)
    if not path.is_file():
        report.problems.append('no such file')
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if names != [name]:
                report.problems.append(
                    f'expected a flat zip with {name} alone, got '
                    f'{examples(names) if names else "nothing"}')
            if name not in names:
                return None
            text = read_entry(archive, name)
        return list(csv.reader(io.StringIO(text)))
    except BROKEN as error:
        report.problems.append(f'not a zip with a UTF-8 csv: {error}')
        return None


def check_ids(found: Sequence[str], expected: Sequence[str],
              report: ValidationReport) -> None:
    """Check that every expected id is there once, and no other.

    Args:
        found (Sequence[str]): The ids of the file, one a row.
        expected (Sequence[str]): The ids that must be there.
        report (ValidationReport): Problems are appended here.
    """
    seen, known = Counter(found), set(expected)
    for what, names in (
        ('are missing', [n for n in expected if n not in seen]),
        ('are not expected', [n for n in seen if n not in known]),
        ('occur more than once', [n for n in seen if seen[n] > 1])):
        if names:
            report.problems.append(f'{len(names)} ids {what}: '
                                   f'{examples(names)}')


def class_number(text: str, num_classes: int, label_base: int, where: str,
                 report: ValidationReport) -> Optional[int]:
    """Read a class number and check its range.

    Args:
        text (str): The cell.
        num_classes (int): Number of classes.
        label_base (int): Number of the first class.
        where (str): File and line, for the message.
        report (ValidationReport): Problems are appended here.

    Returns:
        int: The number, also one out of range; None if it is none.
    """
    # stricter than int(), which takes '1_0' and ' 10'
    if not re.fullmatch('-?[0-9]{1,18}', text):
        report.problems.append(f'{where}: expected a class number, got '
                               f'{shown(text)}')
        return None
    number = int(text)
    last = num_classes - 1 + label_base
    if not label_base <= number <= last:
        report.problems.append(f'{where}: expected a class from '
                               f'{label_base} to {last}, got {number}')
    return number
