"""Trimmed gestures: one item per record of an annotation file."""
import copy
import os
from typing import Any, Callable, Iterator, List, Optional, Sequence, Union

import numpy as np
import torch
from mmengine.dataset import BaseDataset

from mmgesture.registry import DATASETS, TRANSFORMS
from mmgesture.structures import AnnotationFile, read_annotations
from .bad_media import BadMediaLog
from .held import HeldSamples
from .media_errors import TooManyBadMediaError, UnreadableMediaError
from .results import labelled, results_of
from .seeding import sample_seed, seeded


@DATASETS.register_module()
class GestureDataset(BaseDataset):
    """Gestures of one annotation file (see mmgesture.structures.annotation).

    The pipeline gets a dict with ``sample_id``, ``filename`` (absolute),
    ``start``, ``end`` (half-open frame numbers, None: whole file), ``label``
    (None: hidden), ``subject``, ``split``, ``keypoints`` and ``depth``
    (absolute or None), ``sample_idx``, and the further keys of the record.

    Unreadable media: in training the sample is replaced by a random other
    one, counted and listed (:class:`BadMediaLog`; ``BadMediaHook`` names the
    list and stops the run above the limit). With ``test_mode`` it keeps its
    place: the pipeline runs on black frames and ``unreadable`` is True.

    Args:
        ann_file (str): Annotation file, relative to ``data_root``.
        data_root (str): Folder that holds the media. Defaults to ''.
        pipeline (Sequence[dict | Callable]): Transforms. Defaults to ().
        split (str | Sequence[str], optional): Split or splits; None: all.
            Defaults to None.
        subjects (Sequence[str], optional): Only these subjects, for
            leave-one-subject-out. Defaults to None.
        exclude_subjects (Sequence[str], optional): All but these subjects.
            Defaults to None.
        test_mode (bool): Keep hidden labels and unreadable samples in their
            place. Training leaves out records with a hidden label. Defaults
            to False.
        seed (int, optional): If given, a sample's augmentation depends on
            (seed, epoch, sample_id) alone: not on workers, ranks or order.
            The k-th repetition of sample i within an epoch, asked for as
            ``i + k * len``, is augmented in its own way. Defaults to None.
        max_bad_fraction (float): Tolerated share of unreadable samples in
            training. Defaults to 0.01.
        allow_outside (bool): Accept media outside of ``data_root``. Defaults
            to False.
        metainfo (dict, optional): More entries of ``metainfo``; ``classes``,
            ``dataset`` and ``groups`` come from the file. Defaults to None.
        indices (int | Sequence[int], optional): Only the first ones, or
            these. Defaults to None.
        serialize_data (bool): Keep the records as one block of memory that
            workers share. Defaults to True.
        lazy_init (bool): Do not read the file yet. Defaults to False.
        max_refetch (int): Draws in place of an unreadable sample. Defaults
            to 100.
    """

    #: Tells samplers that item ``i + k * len`` is sample i once more.
    distinguishes_draws = True

    def __init__(self,
                 ann_file: str,
                 data_root: str = '',
                 pipeline: Sequence[Union[dict, Callable]] = (),
                 split: Union[str, Sequence[str], None] = None,
                 subjects: Optional[Sequence[str]] = None,
                 exclude_subjects: Optional[Sequence[str]] = None,
                 test_mode: bool = False,
                 seed: Optional[int] = None,
                 max_bad_fraction: float = 0.01,
                 allow_outside: bool = False,
                 metainfo: Optional[dict] = None,
                 indices: Union[int, Sequence[int], None] = None,
                 serialize_data: bool = True,
                 lazy_init: bool = False,
                 max_refetch: int = 100) -> None:
        self.split = split
        self.subjects = subjects
        self.exclude_subjects = exclude_subjects
        self.seed = seed
        self.max_bad_fraction = max_bad_fraction
        self.allow_outside = allow_outside
        self._epoch = torch.zeros(1, dtype=torch.int64).share_memory_()
        self.bad_media: Optional[BadMediaLog] = None
        self.held = HeldSamples()
        # built here and not by the parent, whose registry finds MMAction2's
        # transforms only where a default scope has been set
        pipeline = [
            TRANSFORMS.build(t) if isinstance(t, dict) else t
            for t in pipeline
        ]
        super().__init__(
            ann_file=ann_file,
            metainfo=metainfo,
            data_root=data_root,
            data_prefix=dict(),
            indices=indices,
            serialize_data=serialize_data,
            pipeline=pipeline,
            test_mode=test_mode,
            lazy_init=lazy_init,
            max_refetch=max_refetch)

    @property
    def epoch(self) -> int:
        """int: Epoch that seeds the augmentation."""
        return int(self._epoch)

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch, also for workers that are already running.

        Args:
            epoch (int): Epoch, from 0.
        """
        self._epoch.fill_(epoch)

    def full_init(self) -> None:
        """Read the annotation file and set up the count of bad media."""
        super().full_init()
        if self.bad_media is None:
            self.bad_media = BadMediaLog(len(self), self.max_bad_fraction)

    def _read_annotations(self) -> AnnotationFile:
        """Read the file and take what its header says into ``metainfo``."""
        if not os.path.isfile(self.ann_file):
            raise FileNotFoundError(
                f'no annotation file at {os.path.abspath(self.ann_file)}; '
                'write one with the converters in tools/data/')
        annotations = read_annotations(self.ann_file, self.allow_outside)
        names = self._metainfo.get('classes', annotations.classes)
        if list(names) != annotations.classes:
            raise ValueError(
                f'metainfo names the classes {str(list(names))[:80]}, '
                f'{self.ann_file} {str(annotations.classes)[:80]}; labels '
                'follow the file, so leave classes out of metainfo')
        self._metainfo['classes'] = tuple(names)
        self._metainfo.setdefault('dataset', annotations.dataset)
        if annotations.header.get('groups') is not None:
            self._metainfo.setdefault('groups', annotations.header['groups'])
        return annotations

    def load_data_list(self) -> List[dict]:
        """Read the records of the wanted splits and subjects.

        Returns:
            List[dict]: One dict per sample, see the class.

        Raises:
            FileNotFoundError: If the annotation file is absent.
            AnnotationError: If it breaks the format.
            ValueError: If nothing is left, or ``metainfo`` names other
                classes.
        """
        annotations = self._read_annotations()
        try:
            records = annotations.select(self.split, self.subjects,
                                         self.exclude_subjects)
        except ValueError as error:
            raise ValueError(f'{self.ann_file}: {error}') from error
        if not self.test_mode:
            records = labelled(records, self.ann_file)
        if not records:
            found = sorted({str(r.split) for r in annotations.records})
            raise ValueError(
                f'{self.ann_file}: no samples of split={self.split!r}, '
                f'subjects={self.subjects!r}, exclude_subjects='
                f'{self.exclude_subjects!r}, test_mode={self.test_mode}; the '
                f'file has {len(annotations.records)} samples in the splits '
                f'{found}')
        return [results_of(record, self.data_root) for record in records]

    def get_labels(self) -> np.ndarray:
        """Labels of all samples, without touching any media.

        Returns:
            np.ndarray: Shape (len,), int64; -1 where the label is hidden.
        """
        labels = [self.get_data_info(i)['label'] for i in range(len(self))]
        return np.array([-1 if x is None else x for x in labels],
                        dtype=np.int64)

    def media_path(self, idx: int) -> str:
        """The file that a sample is read from, for messages.

        Args:
            idx (int): Number of the sample.

        Returns:
            str: Its video, else its keypoints.
        """
        info = self.get_data_info(idx)
        return str(info['filename'] or info['keypoints'])

    def prepare_data(self, idx: int) -> Any:
        """Run the pipeline on one sample.

        Args:
            idx (int): Number of the sample; beyond the length, a repetition.

        Returns:
            Any: What the pipeline returns; None if the media cannot be read
            and ``test_mode`` is off.
        """
        draw, idx = divmod(idx, len(self))
        info = self.get_data_info(idx)
        seed = None
        if self.seed is not None:
            repetition = f'#{draw}' if draw > 0 else ''
            seed = sample_seed(self.seed, self.epoch,
                               info['sample_id'] + repetition)
        with seeded(seed), self.held.holding(idx):
            try:
                self.bad_media.refuse_set_apart(idx, self.media_path)
                return self.pipeline(info)
            except UnreadableMediaError as error:
                self.bad_media.add(idx, error)
            finally:
                reader = info.pop('video_reader', None)
                if reader is not None:
                    reader.close()
            if not self.test_mode:
                return None
            info = self.get_data_info(idx)
            info['unreadable'] = True
            return self.pipeline(info)

    def __getitem__(self, idx: int) -> Any:
        """One sample; in training another one if it cannot be read.

        Args:
            idx (int): Number of the sample; beyond the length, a repetition.

        Returns:
            Any: What the pipeline returns.

        Raises:
            TooManyBadMediaError: If no readable sample was found.
        """
        if not self._fully_initialized:
            self.full_init()
        if self.test_mode:
            return self.prepare_data(idx)
        first = idx
        for attempt in range(self.max_refetch + 1):
            data = self.prepare_data(idx)
            if data is not None:
                return data
            if attempt >= self.bad_media.limit:
                # nothing but failures: do not spin over the whole set
                self.bad_media.check(self.ann_file)
            idx = self._another(first, attempt)
        raise TooManyBadMediaError(
            f'{self.ann_file}: no readable sample in {self.max_refetch + 1} '
            'draws, or the pipeline returns None')

    def __iter__(self) -> Iterator[Any]:
        # the default would go on into the repetitions
        return (self[i] for i in range(len(self)))

    def _another(self, idx: int, attempt: int) -> int:
        if self.seed is None:
            return self._rand_another()
        name = self.get_data_info(idx % len(self))['sample_id']
        seed = sample_seed(self.seed, self.epoch, f'{name}/{attempt}')
        return seed % len(self)

    def _copy_without_annotation(self, memo=None) -> 'GestureDataset':
        memo = dict() if memo is None else memo
        other = super()._copy_without_annotation(memo)
        # copies leave shared memory, and subsets count for themselves
        other._epoch = copy.deepcopy(self._epoch).share_memory_()
        other.held = HeldSamples()
        other.bad_media = None
        return other

    def get_subset(self, indices: Union[Sequence[int],
                                        int]) -> 'GestureDataset':
        """A data set of some of the samples.

        Args:
            indices (int | Sequence[int]): The first or last ones, or these.

        Returns:
            GestureDataset: With its own count of bad media.
        """
        subset = super().get_subset(indices)
        subset.bad_media = BadMediaLog(len(subset), self.max_bad_fraction)
        return subset

    def get_subset_(self, indices: Union[Sequence[int], int]) -> None:
        """Reduce this data set to some of its samples.

        Args:
            indices (int | Sequence[int]): The first or last ones, or these.
        """
        super().get_subset_(indices)
        self.bad_media = BadMediaLog(len(self), self.max_bad_fraction)
