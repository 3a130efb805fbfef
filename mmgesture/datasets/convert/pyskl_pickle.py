"""A pickle of PYSKL or MMAction2 to the annotation format and npz files."""
import os
from dataclasses import replace
from typing import Dict, List, Optional, Sequence

from mmgesture.structures import (AnnotationFile, GestureRecord, make_header,
                                  write_annotations)
from mmgesture.structures.skeleton import get_layout
from ..skeleton_files.pyskl import PysklFile, read_pyskl
from .clip_files import Progress, clip_paths, write_clips
from .summary import Conversion, ConversionError

MAX_NAMES = 5


def convert_pickle(path: str,
                   root: str,
                   layout: str,
                   out: Optional[str] = None,
                   classes: Optional[Sequence[str]] = None,
                   splits: Optional[Dict[str, str]] = None,
                   hidden: Sequence[str] = (),
                   dataset: str = 'custom',
                   progress: Progress = None) -> Conversion:
    """Write the annotation file and the skeleton files of a pickle.

    Args:
        path (str): The pickle, see
            :mod:`mmgesture.datasets.skeleton_files.pyskl`.
        root (str): Folder to write to, the later data root.
        layout (str): Name of the layout; the pickle does not tell.
        out (str, optional): The annotation file; None: ``annotations.jsonl``
            in ``root``. Defaults to None.
        classes (Sequence[str], optional): Class names; None: ``class 0`` and
            so on, up to the highest label. Defaults to None.
        splits (Dict[str, str], optional): Split of ours to split of the
            pickle, such as ``dict(train='xsub_train', val='xsub_val')``;
            samples of others are left out. None: all, by their own names.
            Defaults to None.
        hidden (Sequence[str]): Splits of ours whose labels are placeholders
            and become hidden, as the zeros of MA-52's test part. Defaults to
            ().
        dataset (str): Name in the header. Defaults to 'custom'.
        progress (Callable, optional): Called with (stage, done, all).
            Defaults to None.

    Returns:
        Conversion: Annotations and notes.

    Raises:
        FileNotFoundError: If there is no such pickle.
        ConversionError: If annotations are wrong; names every problem, and
            nothing is written.
        ValueError: If it is no such pickle, or options are wrong.
    """
    joints = get_layout(layout).num_joints
    content = read_pyskl(path)
    notes: List[str] = []
    problems = list(content.problems)
    split_of = _assign(path, content, splits, problems, notes)
    chosen = splits if splits is not None else content.splits
    for name in hidden:
        if name not in (chosen or {}):
            raise ValueError(f'expected hidden splits among {list(chosen)}, '
                             f'got {name!r}')
    samples = [s for s in content.samples
               if splits is None or s.name in split_of]
    labels = {s.name: None if split_of.get(s.name) in hidden else s.label
              for s in samples}
    highest = max((x for x in labels.values() if x is not None), default=0)
    if classes is None:
        classes = [f'class {i}' for i in range(highest + 1)]
        notes.append(f'no class names given: called class 0 to class '
                     f'{highest}')
    unseen = []
    for sample in samples:
        where, label = f'{path} ({sample.name})', labels[sample.name]
        if sample.clip.keypoint.shape[2] != joints:
            problems.append(f'{where}: expected {joints} joints ({layout}), '
                            f'got {sample.clip.keypoint.shape[2]}')
        if label is not None and not 0 <= label < len(classes):
            problems.append(f'{where}: expected a label 0..'
                            f'{len(classes) - 1}, got {label}')
        if not sample.clip.seen:
            unseen.append(sample.name)
    if problems:
        raise ConversionError(problems)
    if not samples:
        raise ValueError(f'{path}: no sample in the splits {splits}, the '
                         f'pickle has {sorted(content.splits)}')
    if unseen:
        notes.append(f'nobody is seen in {_names(unseen)}; LoadKeypoints '
                     'treats them as unreadable')
    paths = clip_paths([s.name for s in samples])
    write_clips(root, [paths[s.name] for s in samples],
                [replace(s.clip, layout=layout) for s in samples], progress)
    records = [
        GestureRecord(
            sample.name,
            None,
            label=labels[sample.name],
            split=split_of.get(sample.name),
            keypoints=paths[sample.name]) for sample in samples
    ]
    header = make_header(dataset, list(classes),
                         list(chosen) or ['train', 'val', 'test'],
                         dict(keypoint_layout=layout))
    out = os.path.join(root, 'annotations.jsonl') if out is None else out
    write_annotations(out, header, records)
    return Conversion(AnnotationFile(header, records), notes)


def _assign(path: str, content: PysklFile, splits: Optional[Dict[str, str]],
            problems: List[str], notes: List[str]) -> Dict[str, str]:
    """Our split of every sample that has one."""
    wanted = splits if splits is not None else {n: n for n in content.splits}
    absent = sorted(set(wanted.values()) - set(content.splits))
    if absent:
        raise ValueError(f'{path}: expected splits of '
                         f'{sorted(content.splits)}, got {absent}')
    known = {sample.name for sample in content.samples}
    split_of: Dict[str, str] = {}
    several, unknown = [], []
    for ours, theirs in wanted.items():
        for name in content.splits[theirs]:
            if split_of.setdefault(name, ours) != ours:
                several.append(name)
            elif name not in known:
                unknown.append(name)
    if several:
        problems.append(
            f'{path}: expected every sample in one split, {_names(several)} '
            f'are in several of {sorted(wanted.values())}: choose with '
            '--splits, for instance train=xsub_train val=xsub_val')
    if unknown and not content.problems:
        problems.append(f'{path}: {_names(unknown)} are in a split, but have '
                        'no annotation')
    rest = known - set(split_of)
    if rest:
        what = 'have no split' if splits is None else \
            'are in none of the chosen splits, left out'
        notes.append(f'{_names(sorted(rest))} {what}')
    return split_of


def _names(names: Sequence[str]) -> str:
    more = ', ...' if len(names) > MAX_NAMES else ''
    return f'{len(names)} samples ({", ".join(names[:MAX_NAMES])}{more})'
