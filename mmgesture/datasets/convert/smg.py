"""SMG's official layout to the annotation format.

Works on every release of the set, because it looks for files by name
(``SampleNNNN_<modality>``) wherever they lie below the root: in the folders
of the challenge's phases, in the flat form of the starter kit, and on the
drawn mini-SMG.

Hidden labels: a sequence without a label file has no known segments, so it
gives no samples for trimmed classification; it is listed in the header under
``videos`` with ``labelled`` false, for online recognition. A row of a label
file whose label is empty (``,100,176``) gives a sample with hidden label.
"""
import os
import re
from typing import Any, Dict, List, Optional, Tuple

from mmgesture.structures import (AnnotationFile, GestureRecord, make_header,
                                  write_annotations)
from mmgesture.textio import read_csv
from ..media_errors import UnreadableMediaError
from ..smg import SMG_CLASSES, SMG_MODALITIES, SMG_SPLITS, smg_split
from ..video_index import video_index
from .summary import Conversion, ConversionError

_NAME = re.compile(r'^Sample(\d+)_(%s)\.(?:%s)$' %
                   ('|'.join(SMG_MODALITIES), '|'.join(
                       sorted(set(SMG_MODALITIES.values())))))


def find_sequences(root: str) -> Dict[int, Dict[str, str]]:
    """Find the files of every sequence below a folder.

    Args:
        root (str): The folder.

    Returns:
        dict: Subject to (modality to path relative to ``root``).

    Raises:
        FileNotFoundError: If there is none.
        ConversionError: If a file is there twice with different sizes.
    """
    found: Dict[int, Dict[str, str]] = {}
    problems = []
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            match = _NAME.match(name)
            if not match:
                continue
            path = os.path.relpath(os.path.join(folder, name), root)
            path = path.replace(os.sep, '/')
            files = found.setdefault(int(match[1]), {})
            first = files.setdefault(match[2], path)
            if first != path and os.path.getsize(os.path.join(
                    root, first)) != os.path.getsize(
                        os.path.join(root, path)):
                problems.append(f'{first} and {path} differ: expected one '
                                'file per sequence and modality')
    if problems:
        raise ConversionError(problems)
    if not found:
        raise FileNotFoundError(
            f'no files SampleNNNN_<{"|".join(SMG_MODALITIES)}> below '
            f'{os.path.abspath(root)}; expected the unpacked SMG set or a '
            'drawn mini-SMG')
    return dict(sorted(found.items()))


def _numbers(path: str, problems: List[str]) -> List[Tuple[int, List[str]]]:
    """Rows of a csv file without a header as (row number from 1, cells)."""
    try:
        return [(number, [cell.strip() for cell in row])
                for number, row in read_csv(path)
                if any(cell.strip() for cell in row)]
    except ValueError as error:
        problems.append(str(error))
        return []


def read_data(path: str, problems: List[str]) -> Tuple[Optional[int],
                                                       Optional[float]]:
    """Read ``numFrames,fps,maxDepth``.

    Args:
        path (str): ``SampleNNNN_data.csv``.
        problems (List[str]): Complaints are appended here.

    Returns:
        tuple: Frames and frame rate; None where unknown.
    """
    rows = _numbers(path, problems)
    try:
        num_frames, fps = int(rows[0][1][0]), float(rows[0][1][1])
        if num_frames < 1 or fps <= 0:
            raise ValueError
        return num_frames, fps
    except (IndexError, ValueError):
        problems.append(f'{path} row 1: expected numFrames,fps,maxDepth, got '
                        f'{rows[0][1] if rows else "an empty file"}')
        return None, None


def read_labels(path: str,
                num_frames: Optional[int],
                frame_base: int,
                inclusive: bool,
                problems: List[str],
                notes: List[str]) -> List[Tuple[int, int, int, Any]]:
    """Read ``label,start_frame,end_frame`` rows.

    Args:
        path (str): ``SampleNNNN_finelabels.csv``.
        num_frames (int, optional): Frames of the sequence; None: unknown.
        frame_base (int): Number of the first frame, 0 or 1.
        inclusive (bool): Whether the end frame belongs to the gesture.
        problems (List[str]): Complaints are appended here.
        notes (List[str]): Remarks are appended here.

    Returns:
        list: Tuples (row index from 0, start, end, label): 0-based,
        half-open; label 0-based or None.
    """
    segments = []
    for number, row in _numbers(path, problems):
        where = f'{path} row {number}'
        try:
            label = int(row[0]) if row[0] else None
            start, end = int(row[1]), int(row[2])
            if len(row) != 3:
                raise ValueError
        except (IndexError, ValueError):
            problems.append(f'{where}: expected label,start_frame,end_frame, '
                            f'got {row}')
            continue
        if label is not None and not 1 <= label <= len(SMG_CLASSES):
            problems.append(f'{where}: expected a label 1..'
                            f'{len(SMG_CLASSES)}, got {label}')
            continue
        first, beyond = start - frame_base, end - frame_base + inclusive
        if first < 0 or first >= beyond:
            problems.append(
                f'{where}: expected {frame_base} <= start '
                f'{"<=" if inclusive else "<"} end, got {start} and {end}')
            continue
        if num_frames is not None and first >= num_frames:
            problems.append(f'{where}: starts at frame {start}, the sequence '
                            f'has {num_frames} frames')
            continue
        if num_frames is not None and beyond > num_frames:
            notes.append(f'{where}: ends at frame {end}, the sequence has '
                         f'{num_frames} frames: clamped')
            beyond = num_frames
        segments.append((number - 1, first, beyond,
                         None if label is None else label - 1))
    return segments


def _length_of_video(root: str, files: Dict[str, str]) -> tuple:
    """Frames and rate of the colour video, where no table tells them."""
    if 'color' not in files:
        return None, None
    try:
        index = video_index(os.path.join(root, files['color']))
    except UnreadableMediaError:
        return None, None
    return len(index), index.fps


def convert_smg(
        root: str,
        out: Optional[str] = None,
        frame_base: int = 0,
        end: str = 'inclusive',
        splits: Optional[Dict[str, Tuple[int, int]]] = None,
        dataset: str = 'smg') -> Conversion:
    """Write the annotation file of an SMG folder.

    Args:
        root (str): Folder with the unpacked set, the later data root.
        out (str, optional): The annotation file; None: ``annotations.jsonl``
            in ``root``. Defaults to None.
        frame_base (int): Number of the first frame in the label files, 0 or
            1; the public readers of the set disagree. Defaults to 0.
        end (str): 'inclusive' or 'exclusive' end frames. Defaults to
            'inclusive'.
        splits (dict, optional): Split to (first, last) subject. Defaults to
            None, the official ranges.
        dataset (str): Name in the header. Defaults to 'smg'.

    Returns:
        Conversion: Annotations and notes.

    Raises:
        FileNotFoundError: If no file of the set is found.
        ConversionError: If label or data files are wrong; names file and
            row of every problem.
    """
    if frame_base not in (0, 1) or end not in ('inclusive', 'exclusive'):
        raise ValueError("expected frame_base 0 or 1 and end 'inclusive' or "
                         f"'exclusive', got {frame_base!r} and {end!r}")
    splits = dict(SMG_SPLITS) if splits is None else splits
    problems: List[str] = []
    notes: List[str] = []
    videos, records = [], []
    for subject, files in find_sequences(root).items():
        name = f'Sample{subject:04d}'
        try:
            split = smg_split(subject, splits)
        except ValueError as error:
            problems.append(f'{name}: {error}')
            continue
        absent = [m for m in ('color', 'skeleton') if m not in files]
        if len(absent) == 2:
            notes.append(f'{name}: neither color nor skeleton, left out')
            continue
        if absent:
            notes.append(f'{name}: no {absent[0]}')
        if 'data' in files:
            num_frames, fps = read_data(
                os.path.join(root, files['data']), problems)
        else:
            num_frames, fps = _length_of_video(root, files)
            notes.append(f'{name}: no _data.csv, took {num_frames} frames '
                         f'and {fps} fps from the video')
        segments = []
        if 'finelabels' in files:
            segments = read_labels(
                os.path.join(root, files['finelabels']), num_frames,
                frame_base, end == 'inclusive', problems, notes)
        else:
            notes.append(f'{name}: no label file, its labels are hidden')
        media = dict(
            video=files.get('color'),
            keypoints=files.get('skeleton'),
            depth=files.get('depth'))
        videos.append(
            dict(
                video_id=name,
                subject=str(subject),
                split=split,
                num_frames=num_frames,
                fps=fps,
                labelled='finelabels' in files,
                **media))
        records += [
            GestureRecord(
                sample_id=f'{name}_{row:04d}',
                start=first,
                end=beyond,
                label=label,
                subject=str(subject),
                split=split,
                **media) for row, first, beyond, label in segments
        ]
    if problems:
        raise ConversionError(problems)
    header = make_header(dataset, SMG_CLASSES, list(splits),
                         dict(videos=videos))
    out = os.path.join(root, 'annotations.jsonl') if out is None else out
    write_annotations(out, header, records)
    return Conversion(AnnotationFile(header, records), notes)
