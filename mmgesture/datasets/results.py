"""What a pipeline gets to know of a sample."""
import logging
import os
from typing import Any, Dict, List, Optional

from mmengine.logging import print_log

from mmgesture.structures import GestureRecord


def labelled(records: List[GestureRecord], path: str) -> List[GestureRecord]:
    """The records that can be trained on, with a warning of the others.

    Args:
        records (list[GestureRecord]): All records.
        path (str): The annotation file, for the warning.

    Returns:
        list[GestureRecord]: Those whose label is known.
    """
    known = [record for record in records if record.label is not None]
    if len(known) < len(records):
        print_log(
            f'{path}: {len(records) - len(known)} of {len(records)} samples '
            'have hidden labels and are left out of training', 'current',
            logging.WARNING)
    return known


def results_of(record: GestureRecord, root: Optional[str]) -> Dict[str, Any]:
    """Turn a record into the dict that goes through the pipeline.

    Args:
        record (GestureRecord): The sample.
        root (str, optional): Folder that its paths are relative to; None:
            the current one.

    Returns:
        dict: ``sample_id, filename, start, end, label, subject, split,
        keypoints, depth``, with absolute paths, and the record's further
        keys.
    """

    def absolute(path: Optional[str]) -> Optional[str]:
        if path is None:
            return None
        return os.path.abspath(os.path.join(root or '', path))

    return dict(
        record.extra,
        sample_id=record.sample_id,
        filename=absolute(record.video),
        start=record.start,
        end=record.end,
        label=record.label,
        subject=record.subject,
        split=record.split,
        keypoints=absolute(record.keypoints),
        depth=absolute(record.depth))
