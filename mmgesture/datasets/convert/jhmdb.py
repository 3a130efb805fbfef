"""J-HMDB's poses to the annotation format: one file per official split.

A clip has the same name and the same skeleton file in all three splits, so
that ``annotations_split1.jsonl`` to ``annotations_split3.jsonl`` share one
folder of keypoints.
"""
import os
from collections import Counter
from typing import List

from mmgesture.structures import (AnnotationFile, GestureRecord, make_header,
                                  write_annotations)
from ..skeleton_files.jhmdb import LAYOUT, PARTS, SPLITS, read_jhmdb
from .clip_files import Progress, clip_paths, write_clips
from .summary import Conversion, ConversionError


def convert_jhmdb(path: str,
                  root: str,
                  progress: Progress = None) -> List[Conversion]:
    """Write the annotation files of the three splits and the skeletons.

    Args:
        path (str): ``jhmdb_gt_pose.npz``.
        root (str): Folder to write to, the later data root.
        progress (Callable, optional): Called with (stage, done, all).
            Defaults to None.

    Returns:
        List[Conversion]: Of the splits 1, 2, 3.

    Raises:
        UnreadableMediaError: If the file is absent or not of its form.
        ConversionError: If two clips have the same poses within a split:
            then no name tells them apart.
    """
    parts = {split: read_jhmdb(path, split) for split in SPLITS}
    problems = []
    clips, classes = {}, set()
    for split, found in parts.items():
        samples = [s for part in PARTS for s in found[part]]
        twice = [n for n, k in Counter(s.name for s in samples).items()
                 if k > 1]
        if twice:
            problems.append(f'{path} split {split}: expected distinct clips, '
                            f'{twice[:5]} come again')
        clips.update((s.name, s.clip) for s in samples)
        classes.update(s.label for s in samples)
    if problems:
        raise ConversionError(problems)
    names = sorted(clips)
    paths = clip_paths(names)
    write_clips(root, [paths[n] for n in names], [clips[n] for n in names],
                progress)
    order = sorted(classes)
    results = []
    for split, found in parts.items():
        records = [
            GestureRecord(
                sample.name,
                None,
                label=order.index(sample.label),
                split=part,
                keypoints=paths[sample.name]) for part in PARTS
            for sample in found[part]
        ]
        header = make_header('jhmdb', order, list(PARTS),
                             dict(keypoint_layout=LAYOUT,
                                  official_split=split))
        write_annotations(
            os.path.join(root, f'annotations_split{split}.jsonl'), header,
            records)
        results.append(Conversion(AnnotationFile(header, records), []))
    return results
