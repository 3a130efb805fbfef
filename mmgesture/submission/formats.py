"""The submission formats by name. A new challenge adds one entry."""
from dataclasses import dataclass
from typing import Callable, Dict, Optional

from .mac import validate_mac, write_mac
from .miga import validate_miga, write_miga
from .miga2023 import ZIP_NAME, validate_miga2023, write_miga2023
from .miga_online import validate_online, write_online
from .miga_online_2023 import validate_online2023, write_online2023
from .report import ValidationReport


@dataclass(frozen=True)
class SubmissionFormat:
    """One challenge's form.

    Attributes:
        name (str): What ``--format`` calls it.
        description (str): One line for the help text.
        write (Callable): ``write(score_file, out, sample_ids, template,
            label_base)``; for videos ``write(detection_file, out, video_ids,
            template, rule, threshold)``.
        validate (Callable): ``validate(path, sample_ids, num_classes,
            template, label_base) -> ValidationReport``; for videos
            ``validate(path, videos, num_classes, template, rule)``.
        needs_groups (bool): Whether both also want ``groups``, the
            :class:`~mmgesture.structures.ClassGroups` of the annotation
            file's header. Defaults to False.
        zip_name (str, optional): What the zip should be called. Defaults to
            None, which leaves it free.
        of_videos (bool): Whether detections in untrimmed videos are handed
            in, and not scores of clips. Defaults to False.
        suffix (str): Of the file. Defaults to '.zip'.
    """

    name: str
    description: str
    write: Callable[..., None]
    validate: Callable[..., ValidationReport]
    needs_groups: bool = False
    zip_name: Optional[str] = None
    of_videos: bool = False
    suffix: str = '.zip'


FORMATS: Dict[str, SubmissionFormat] = {
    'miga':
    SubmissionFormat(
        name='miga',
        description='MiGA track 1, clip classification: zip with '
        'prediction.csv (Id,Target)',
        write=write_miga,
        validate=validate_miga),
    'miga2023':
    SubmissionFormat(
        name='miga2023',
        description='MiGA 2023 track 1: Submission.zip with Submission.csv, '
        'no header',
        write=write_miga2023,
        validate=validate_miga2023,
        zip_name=ZIP_NAME),
    'mac':
    SubmissionFormat(
        name='mac',
        description='MAC on MA-52 (Codabench): zip with prediction.csv, five '
        'best actions and their body-level groups',
        write=write_mac,
        validate=validate_mac,
        needs_groups=True),
    'miga-online':
    SubmissionFormat(
        name='miga-online',
        description='MiGA track 2, online recognition: one csv, columns by '
        '--template',
        write=write_online,
        validate=validate_online,
        of_videos=True,
        suffix='.csv'),
    'miga-online2023':
    SubmissionFormat(
        name='miga-online2023',
        description='MiGA 2023 track 2: zip with a csv per sequence',
        write=write_online2023,
        validate=validate_online2023,
        of_videos=True),
}


def get_format(name: str) -> SubmissionFormat:
    """The format of a name.

    Args:
        name (str): A key of :data:`FORMATS`.

    Returns:
        SubmissionFormat: The writer and the validator.

    Raises:
        ValueError: If the name is unknown.
    """
    if name not in FORMATS:
        raise ValueError(f'expected a submission format out of '
                         f'{sorted(FORMATS)}, got {name!r}')
    return FORMATS[name]
