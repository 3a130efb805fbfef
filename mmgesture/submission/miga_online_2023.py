"""MiGA 2023 track 2, online recognition (Codalab): writer and validator.

A flat zip with one ``SequenceXXXX_prediction.csv`` for every sequence, lines
``GestureID,StartFrame,EndFrame`` without a header, in the form of SMG's
label files: classes from 1, end frames that belong to the gesture.
"""
import csv
import io
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Optional, Sequence, Union

from mmgesture.fileio import atomic_write
from mmgesture.structures import VideoDetections
from .csv_zip import (BROKEN, check_ids, class_number, read_entry,
                      zip_entry)
from .detection_file import DetectionFile
from .frame_rule import FrameRule, check_times, expected_videos
from .report import ValidationReport

__all__ = ['sequence_name', 'validate_online2023', 'write_online2023']


def sequence_name(video_id: str) -> str:
    """Name of a video's csv file.

    Args:
        video_id (str): Such as 'Sample0036'.

    Returns:
        str: ``Sequence0036_prediction.csv``; ids without a number stay as
        they are.
    """
    number = re.search(r'(\d+)$', video_id)
    stem = f'Sequence{int(number[1]):04d}' if number else video_id
    return f'{stem}_prediction.csv'


def write_online2023(content: DetectionFile,
                     out: Union[str, Path],
                     video_ids: Optional[Sequence[str]] = None,
                     template: Optional[Union[str, Path]] = None,
                     rule: FrameRule = FrameRule(),
                     threshold: Optional[float] = None) -> None:
    """Write the zip that is handed in; the same detections, the same bytes.

    Args:
        content (DetectionFile): Detections of at least the expected videos.
        out (str | Path): The zip to write.
        video_ids (Sequence[str], optional): Expected videos. Defaults to
            None, all.
        template (str | Path, optional): This form has none. Defaults to
            None.
        rule (FrameRule): How frames and classes are counted. Defaults to
            SMG's way.
        threshold (float, optional): Score from which detections count; None:
            the file's. Defaults to None.

    Raises:
        ValueError: If a video is missing, two have the same name, no
            threshold is known, or a template is given.
    """
    _refuse_template(template)
    videos = expected_videos(content.counting(threshold), video_ids,
                             content.source)
    _check_names(videos)
    with atomic_write(out, 'wb') as file:
        with zipfile.ZipFile(file, 'w') as archive:
            for video in videos:
                text = io.StringIO()
                csv.writer(text, lineterminator='\n').writerows([
                    segment.label + rule.label_base,
                    *rule.times(segment, video)
                ] for segment in video.gestures())
                archive.writestr(
                    zip_entry(sequence_name(video.video_id)),
                    text.getvalue())


def validate_online2023(path: Union[str, Path],
                        videos: Sequence[VideoDetections],
                        num_classes: int,
                        template: Optional[Union[str, Path]] = None,
                        rule: FrameRule = FrameRule()) -> ValidationReport:
    """Check a submission, with all reasons.

    Args:
        path (str | Path): The zip.
        videos (Sequence[VideoDetections]): The videos that must be there,
            with ``num_frames`` where known; their detections do not matter.
        num_classes (int): Number of classes.
        template (str | Path, optional): This form has none. Defaults to
            None.
        rule (FrameRule): How frames and classes are counted. Defaults to
            SMG's way.

    Returns:
        ValidationReport: Empty problems when the file is valid.

    Raises:
        ValueError: If a template is given.
    """
    _refuse_template(template)
    report = ValidationReport(path=str(path), format='miga-online2023')
    _check_names(videos)
    by_name = {sequence_name(v.video_id): v for v in videos}
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            check_ids(names, list(by_name), report)
            texts = {n: read_entry(archive, n) for n in names if n in by_name}
    except FileNotFoundError:
        report.problems.append('no such file')
        return report
    except BROKEN as error:
        report.problems.append(f'not a zip with UTF-8 csv files: {error}')
        return report
    histogram: Counter = Counter()
    for name, text in texts.items():
        seen = set()
        for number, row in enumerate(csv.reader(io.StringIO(text)), 1):
            where = f'{name}, line {number}'
            if len(row) != 3:
                report.problems.append(f'{where}: expected 3 columns, got '
                                       f'{len(row)}')
                continue
            label = class_number(row[0], num_classes, rule.label_base, where,
                                 report)
            check_times(row[1], row[2], rule, by_name[name], where, report)
            if tuple(row) in seen:
                report.problems.append(f'{where}: the row {",".join(row)} '
                                       'occurs twice')
            seen.add(tuple(row))
            report.num_rows += 1
            if label is not None:
                histogram[label] += 1
    report.histogram = dict(sorted(histogram.items()))
    return report


def _check_names(videos: Sequence[VideoDetections]) -> None:
    names = Counter(sequence_name(v.video_id) for v in videos)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise ValueError(f'two videos would share {twice[0]}; hand them in '
                         'one by one')


def _refuse_template(template: Optional[Union[str, Path]]) -> None:
    if template is not None:
        raise ValueError(f'{template}: the form of MiGA 2023 has no template; '
                         'leave it away')
