"""MiGA track 2, online recognition: one csv, its columns by template.

The editions on Kaggle (2024 on) want "a single .csv"; which columns, the
public pages do not say. So names and order come from the competition's own
``sample_submission.csv`` (``template``); without one they are
``video_id,class,start_frame,end_frame``. Columns are recognised by their
names, see :data:`ROLES`; so is the form of MAC's multi-label track (an
unnamed number of the row, ``video_id,t_start,t_end,class,score``, with times
in seconds).
"""
import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Union

from mmgesture.fileio import atomic_write
from mmgesture.structures import VideoDetections
from mmgesture.textio import read_csv, shown
from .csv_zip import class_number
from .detection_file import DetectionFile
from .frame_rule import FrameRule, check_times, expected_videos
from .report import ValidationReport, examples

__all__ = [
    'ROLES', 'OnlineTemplate', 'read_online_template', 'validate_online',
    'write_online'
]

COLUMNS = ('video_id', 'class', 'start_frame', 'end_frame')
#: What a column is, by its name; the first that fits.
ROLES = {
    'start': r'(t|time|frame)?[_ -]?(start|begin|onset)',
    'end': r'(t|time|frame)?[_ -]?(end|stop|offset)',
    'score': r'score|confidence|prob',
    'class': r'class|label|gesture|action|category',
    'video': r'video|sequence|sample|file|name',
    'row': r'$|id$|index$|row',
}


class OnlineTemplate(NamedTuple):
    """What a competition's sample submission fixes.

    Attributes:
        columns (list[str]): Names in order.
        roles (list[str]): What each is, a key of :data:`ROLES`.
        video_ids (list[str]): Names of videos that occur in it.
    """

    columns: List[str]
    roles: List[str]
    video_ids: List[str]


def read_online_template(path: Union[str, Path]) -> OnlineTemplate:
    """Read a ``sample_submission.csv``.

    Args:
        path (str | Path): A csv with a header.

    Returns:
        OnlineTemplate: Columns and what they are.

    Raises:
        ValueError: If a column cannot be told, or one is lacking.
    """
    rows = [row for _, row in read_csv(path) if row]
    if not rows:
        raise ValueError(f'{path}: expected a header, the file is empty')
    roles = _roles(rows[0], str(path))
    place = roles.index('video')
    ids = dict.fromkeys(row[place] for row in rows[1:] if len(row) > place)
    return OnlineTemplate(rows[0], roles, list(ids))


def _roles(columns: Sequence[str], where: str) -> List[str]:
    roles: List[str] = []
    for name in columns:
        text = name.strip().lower()
        fitting = [role for role, pattern in ROLES.items()
                   if re.match(pattern, text) and role not in roles]
        if not fitting:
            raise ValueError(f'{where}: the column {shown(name)} cannot be '
                             'told; '
                             f'known are names like {list(ROLES)}')
        roles.append(fitting[0])
    if 'video' not in roles and 'row' in roles:
        # a single id is that of the video
        roles[roles.index('row')] = 'video'
    absent = {'video', 'class', 'start', 'end'} - set(roles)
    if absent:
        raise ValueError(f'{where}: expected columns for video, class, start '
                         f'and end, no {sorted(absent)} among '
                         f'{list(columns)}')
    return roles


def _their_names(videos: Sequence[VideoDetections],
                 template: Optional[OnlineTemplate]) -> Dict[str, str]:
    """What the template calls each video: the same name or number."""
    names = {v.video_id: v.video_id for v in videos}
    if template is None or not template.video_ids or \
            set(template.video_ids) & set(names):
        return names
    numbers: Dict[int, str] = {}
    for name in template.video_ids:
        found = re.search(r'(\d+)\D*$', name)
        if found:
            numbers[int(found[1])] = name
    for name in names:
        found = re.search(r'(\d+)\D*$', name)
        if found and int(found[1]) in numbers:
            names[name] = numbers[int(found[1])]
    return names


def write_online(content: DetectionFile,
                 out: Union[str, Path],
                 video_ids: Optional[Sequence[str]] = None,
                 template: Optional[Union[str, Path]] = None,
                 rule: FrameRule = FrameRule(),
                 threshold: Optional[float] = None) -> None:
    """Write the csv that is handed in.

    Videos come in the expected order, their detections by start.

    Args:
        content (DetectionFile): Detections of at least the expected videos.
        out (str | Path): The csv to write.
        video_ids (Sequence[str], optional): Expected videos. Defaults to
            None, all.
        template (str | Path, optional): The competition's
            ``sample_submission.csv``. Defaults to None.
        rule (FrameRule): How frames and classes are counted. Defaults to
            SMG's way.
        threshold (float, optional): Score from which detections count; None:
            the file's. Defaults to None.

    Raises:
        ValueError: If a video is missing, no threshold is known, or the
            template cannot be read.
    """
    form = None if template is None else read_online_template(template)
    columns = list(COLUMNS) if form is None else form.columns
    roles = _roles(columns, str(template))
    videos = expected_videos(content.counting(threshold), video_ids,
                             content.source)
    names = _their_names(videos, form)
    rows = [columns]
    for video in videos:
        for segment in video.gestures():
            start, end = rule.times(segment, video)
            cells = {
                'row': len(rows) - 1,
                'video': names[video.video_id],
                'class': segment.label + rule.label_base,
                'start': start,
                'end': end,
                'score': f'{segment.score:.6g}',
            }
            rows.append([cells[role] for role in roles])
    with atomic_write(out, newline='') as file:
        csv.writer(file, lineterminator='\n').writerows(rows)


def validate_online(path: Union[str, Path],
                    videos: Sequence[VideoDetections],
                    num_classes: int,
                    template: Optional[Union[str, Path]] = None,
                    rule: FrameRule = FrameRule()) -> ValidationReport:
    """Check a submission the way a server would, but with all reasons.

    Args:
        path (str | Path): The csv.
        videos (Sequence[VideoDetections]): The videos that may occur, with
            ``num_frames`` where known; their detections do not matter.
        num_classes (int): Number of classes.
        template (str | Path, optional): The competition's
            ``sample_submission.csv``. Defaults to None.
        rule (FrameRule): How frames and classes are counted. Defaults to
            SMG's way.

    Returns:
        ValidationReport: Empty problems when the file is valid; videos
        without a row are told in ``notes``.
    """
    report = ValidationReport(path=str(path), format='miga-online')
    form = None if template is None else read_online_template(template)
    columns = list(COLUMNS) if form is None else form.columns
    roles = _roles(columns, str(template))
    theirs = _their_names(videos, form)
    known = {theirs[v.video_id]: v for v in videos}
    try:
        text = Path(path).read_bytes().decode('utf-8')
        rows = list(csv.reader(io.StringIO(text)))
    except FileNotFoundError:
        report.problems.append('no such file')
        return report
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        report.problems.append(f'not a UTF-8 csv: {error}')
        return report
    if not rows or rows[0] != columns:
        got = ','.join(rows[0]) if rows else 'nothing'
        report.problems.append(f'expected the header {",".join(columns)}, '
                               f'got {got}')
    histogram: Counter = Counter()
    strangers, seen, found = [], set(), set()
    for number, row in enumerate(rows[1:], 2):
        where = f'line {number}'
        if len(row) != len(columns):
            report.problems.append(f'{where}: expected {len(columns)} '
                                   f'columns, got {len(row)}')
            continue
        cells = dict(zip(roles, row))
        video = known.get(cells['video'])
        if video is None:
            strangers.append(cells['video'])
            continue
        found.add(cells['video'])
        label = class_number(cells['class'], num_classes, rule.label_base,
                             where, report)
        check_times(cells['start'], cells['end'], rule, video, where, report)
        key = tuple(cells[k] for k in ('video', 'class', 'start', 'end'))
        if key in seen:
            report.problems.append(f'{where}: {",".join(key)} occurs twice')
        seen.add(key)
        report.num_rows += 1
        if label is not None:
            histogram[label] += 1
    if strangers:
        report.problems.append(f'{len(set(strangers))} videos are not '
                               f'expected: {examples(sorted(set(strangers)))}')
    silent = [name for name in known if name not in found]
    if silent:
        report.notes.append(f'{len(silent)} videos have no detection: '
                            f'{examples(silent)}')
    report.histogram = dict(sorted(histogram.items()))
    return report
