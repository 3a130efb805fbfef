"""A sample, and all samples of a set with what they have in common."""
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence, Union

from .annotation_checks import DEFAULT_SPLITS

__all__ = ['AnnotationFile', 'GestureRecord']


@dataclass
class GestureRecord:
    """One sample: a gesture in a video.

    Attributes:
        sample_id (str): Unique name.
        video (str, optional): Media file relative to the data root; None
            only with keypoints.
        start (int, optional): First frame, 0-based; None: whole file.
        end (int, optional): One past the last frame; None: whole file.
        label (int, optional): 0-based class index; None: hidden.
        subject (str, optional): Who is seen.
        split (str, optional): Name of the split; None: unassigned.
        keypoints (str, optional): Skeleton file relative to the data root.
        depth (str, optional): Depth video relative to the data root.
        extra (dict): Any other key of the line, as it is.
    """

    sample_id: str
    video: Optional[str]
    start: Optional[int] = None
    end: Optional[int] = None
    label: Optional[int] = None
    subject: Optional[str] = None
    split: Optional[str] = None
    keypoints: Optional[str] = None
    depth: Optional[str] = None
    extra: Dict[str, Any] = field(default_factory=dict)

    @property
    def num_frames(self) -> Optional[int]:
        """int: Frames of the segment; None for a whole file."""
        return None if self.start is None else self.end - self.start

    def to_dict(self) -> Dict[str, Any]:
        """The JSON object of this record, absent modalities left out.

        Returns:
            dict: Keys in the order of the documentation.
        """
        line = dict(
            sample_id=self.sample_id,
            video=self.video,
            start=self.start,
            end=self.end,
            label=self.label,
            subject=self.subject,
            split=self.split)
        for key in ('keypoints', 'depth'):
            if getattr(self, key) is not None:
                line[key] = getattr(self, key)
        line.update(self.extra)
        return line


@dataclass
class AnnotationFile:
    """Header and records of one annotation file.

    Attributes:
        header (dict): The header line.
        records (List[GestureRecord]): The samples in the file's order.
    """

    header: Dict[str, Any]
    records: List[GestureRecord]

    @property
    def classes(self) -> List[str]:
        """List[str]: Class names by label."""
        return list(self.header['classes'])

    @property
    def dataset(self) -> str:
        """str: Name of the set."""
        return self.header['dataset']

    @property
    def splits(self) -> List[str]:
        """List[str]: Names that ``split`` may take."""
        return list(self.header.get('splits', DEFAULT_SPLITS))

    def select(
        self,
        split: Union[str, Sequence[str], None] = None,
        subjects: Optional[Sequence[str]] = None,
        exclude_subjects: Optional[Sequence[str]] = None
    ) -> List[GestureRecord]:
        """Records of some splits and subjects.

        Args:
            split (str | Sequence[str], optional): Split or splits; None:
                all. Defaults to None.
            subjects (Sequence[str], optional): Only these subjects.
                Defaults to None.
            exclude_subjects (Sequence[str], optional): All but these
                subjects. Defaults to None.

        Returns:
            List[GestureRecord]: In the file's order.

        Raises:
            ValueError: If a split is not one of the header's, or a named
                subject does not occur in the file.
        """
        wanted = [split] if isinstance(split, str) else split
        for name in wanted or ():
            if name not in self.splits:
                raise ValueError(
                    f'unknown split {name!r}; the annotation file of '
                    f'{self.dataset!r} knows {self.splits}')
        known = {r.subject for r in self.records}
        keep = None if subjects is None else {str(s) for s in subjects}
        drop = {str(s) for s in exclude_subjects or ()}
        unknown = sorted(((keep or set()) | drop) - known)
        if unknown:
            raise ValueError(
                f'unknown subject(s) {unknown}; the annotation file of '
                f'{self.dataset!r} has {sorted(map(str, known))}')
        return [
            r for r in self.records
            if (wanted is None or r.split in wanted) and (
                keep is None or r.subject in keep) and r.subject not in drop
        ]
