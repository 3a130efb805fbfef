"""iMiGUE's release (videos, OpenPose tables, label tables) to annotations.

A gesture is one row of ``<VID>_label.csv``; its sample id is
``<VID>_<row>``, row from 0. Its end frame belongs to it. Whether frames count
from 0 or from 1 is documented nowhere and public readers disagree, hence
``frame_base``; the notes say what speaks for which.
"""
import os
from typing import Optional

from mmgesture.structures import (AnnotationFile, make_header,
                                  write_annotations)
from ..imigue import IMIGUE_CLASSES
from .imigue_records import SCHEMES, ImigueRun, Progress
from .imigue_tables import read_subjects
from .imigue_test_part import order_test_part, read_test_ids
from .summary import Conversion, ConversionError

NO_SUBJECTS = (
    '--split official divides by athlete, and which athlete is in which '
    'video is not part of the release: give a csv of video,subject rows '
    '(video number, athlete 1..72) with --subjects; ask the authors of the '
    'set for it')


def convert_imigue(root: str,
                   out: Optional[str] = None,
                   split: str = 'miga',
                   subjects: Optional[str] = None,
                   test_ids: Optional[str] = None,
                   frame_base: int = 0,
                   tolerance: int = 1,
                   keypoints: bool = True,
                   workers: int = 1,
                   skip_bad: bool = False,
                   progress: Progress = None) -> Conversion:
    """Write the annotation file of an iMiGUE folder.

    Args:
        root (str): Folder with the unpacked set, the later data root.
        out (str, optional): The annotation file; None: ``annotations.jsonl``
            in ``root``. Defaults to None.
        split (str): 'miga' or 'official', see :func:`choose_split`. Defaults
            to 'miga'.
        subjects (str, optional): Csv of ``video,subject``; the official
            split needs it. Defaults to None.
        test_ids (str, optional): List of the ids of the hidden test: its
            samples come in this order, others of the test part are left
            out. Defaults to None.
        frame_base (int): Number of the first frame in the label files, 0 or
            1. Defaults to 0.
        tolerance (int): Frames that a gesture may end beyond the shorter of
            video and skeleton; it is cut and told. Defaults to 1.
        keypoints (bool): Convert the OpenPose tables to
            ``keypoints/<VID>.npz``. Defaults to True.
        workers (int): Processes that do so. Defaults to 1.
        skip_bad (bool): Leave wrong rows and files out and tell them,
            instead of writing nothing. Defaults to False.
        progress (Callable, optional): Called with (stage, done, all).
            Defaults to None.

    Returns:
        Conversion: Annotations and notes.

    Raises:
        FileNotFoundError: If no file of the set is found.
        ImportError: If openpyxl is needed and not installed.
        ConversionError: If files are wrong; names file, row and expectation
            of every problem.
        ValueError: If options contradict each other, or the tables of
            athletes or test ids are wrong.
    """
    if split not in SCHEMES or frame_base not in (0, 1) or tolerance < 0:
        raise ValueError(
            f'expected split in {list(SCHEMES)}, frame_base 0 or 1 and '
            f'tolerance >= 0, got {split!r}, {frame_base!r}, {tolerance!r}')
    if split == 'official' and subjects is None:
        raise ValueError(NO_SUBJECTS)
    if split == 'official' and test_ids is not None:
        raise ValueError('the list of test ids belongs to the challenge: '
                         'expected --split miga with it, got official')
    wanted = None if test_ids is None else read_test_ids(test_ids)
    run = ImigueRun(root, split,
                    {} if subjects is None else read_subjects(subjects),
                    {name.split('_')[0] for name in wanted or ()},
                    frame_base, tolerance)
    run.find()
    run.read_labels()
    # what is cheap to check comes before what takes hours
    if run.problems and not skip_bad:
        raise ConversionError(run.problems)
    if keypoints:
        run.convert_skeletons(workers, progress)
    run.measure(progress)
    entries, records = run.collect()
    if wanted is not None:
        records = order_test_part(records, wanted, run.videos, run.problems,
                                  run.notes)
    if run.problems and not skip_bad:
        raise ConversionError(run.problems)
    run.notes += [f'left out: {problem}' for problem in run.problems]
    header = make_header(
        'imigue', IMIGUE_CLASSES, SCHEMES[split],
        dict(
            split_scheme=split,
            frame_base=frame_base,
            keypoint_layout='openpose-137',
            videos=entries))
    out = os.path.join(root, 'annotations.jsonl') if out is None else out
    write_annotations(out, header, records)
    return Conversion(AnnotationFile(header, records), run.notes)
