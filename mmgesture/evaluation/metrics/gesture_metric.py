"""The metric of trimmed gesture classification."""
import sys
from collections import OrderedDict
from dataclasses import asdict
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
from mmengine.evaluator import BaseMetric
from mmengine.logging import MessageHub, MMLogger

from mmgesture.evaluation import functional as F
from mmgesture.registry import METRICS
from mmgesture.structures import class_groups
from mmgesture.submission import ScoreFile, write_scores
from .class_report import format_class_table, write_class_report
from .score_parts import checked_scores, part_path

#: Bad sample ids that a warning quotes.
NUM_EXAMPLES = 5


@METRICS.register_module()
class GestureMetric(BaseMetric):
    """Top-k, F1 and mean class accuracy of trimmed clips, joined by id.

    Reported under the prefix ``gesture``:

    - ``top1``, ``top5``, ...: label among the k best classes;
    - ``macro_f1``: mean F1 over the classes present in the ground truth;
    - ``macro_f1_union``: mean F1 over the classes in the ground truth or the
      predictions (scikit-learn's plain macro average);
    - ``micro_f1``: equals ``top1`` for one label a clip;
    - ``mean_class_acc``: mean recall over the classes present;
    - where the annotation file's header has ``groups`` (MA-52):
      ``body_macro_f1``, ``body_micro_f1``, ``action_macro_f1``,
      ``action_micro_f1`` and their mean ``f1_mean``, see
      :mod:`mmgesture.evaluation.functional.group_level`.

    A model that scores by part, as MMAction2's ``RGBPoseHead`` does, is
    scored by the mean of its parts, and ``top1_<part>`` and
    ``macro_f1_<part>`` are reported beside it; with ``dump='scores.jsonl'``
    each part gets a score file of its own, ``scores_<part>.jsonl``.

    Clips with a hidden label are dumped but not scored; when all labels are
    hidden the metrics are absent. Clips that could not be read get a uniform
    score. Samples that a distributed sampler repeated as padding are dropped
    by their id.

    Args:
        topk (Sequence[int]): Which top-k accuracies. A k above the number of
            classes counts every class. Defaults to (1, 5).
        dump (str, optional): Score file to write. Defaults to None.
        out_dir (str, optional): Folder for ``confusion_matrix.csv``,
            ``confusion_matrix.png`` and ``per_class.csv``. Defaults to None.
        log_classes (bool, optional): Log the per-class table. By default
            when ``dump`` or ``out_dir`` is given, that is in a test and not
            after each epoch. Defaults to None.
        macro_over (str): Which classes the macro averages of ``f1_mean``
            run over: 'union' of those present and those predicted, or 'all'.
            Defaults to 'union'.
        config (str, optional): Config name for the score file's header. By
            default the running experiment's name. Defaults to None.
        checkpoint (str, optional): Checkpoint name for the same header.
            Defaults to None.
        collect_device (str): Where results of several processes meet, 'cpu'
            or 'gpu'. Defaults to 'cpu'.
        prefix (str, optional): Prefix of the names. Defaults to None, which
            means 'gesture'.
    """

    default_prefix = 'gesture'

    def __init__(self,
                 topk: Sequence[int] = (1, 5),
                 dump: Optional[str] = None,
                 out_dir: Optional[str] = None,
                 log_classes: Optional[bool] = None,
                 macro_over: str = 'union',
                 config: Optional[str] = None,
                 checkpoint: Optional[str] = None,
                 collect_device: str = 'cpu',
                 prefix: Optional[str] = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.topk = (topk, ) if isinstance(topk, int) else tuple(topk)
        if not self.topk or min(self.topk) < 1:
            raise ValueError(f'expected topk of at least 1, got {topk}')
        if macro_over not in F.MACRO_OVER:
            raise ValueError(f'expected macro_over out of {F.MACRO_OVER}, '
                             f'got {macro_over!r}')
        self.macro_over = macro_over
        self.dump = dump
        self.out_dir = out_dir
        if log_classes is None:
            log_classes = dump is not None or out_dir is not None
        self.log_classes = log_classes
        self.config = config
        self.checkpoint = checkpoint
        self._num_expected: Optional[int] = None

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Keep id, label and scores of each clip of a batch.

        Args:
            data_batch (Any): The batch; not used.
            data_samples (Sequence[dict]): Predictions with ``sample_id``,
                ``pred_score`` of shape (num_classes,) or a dict of such rows
                by part, maybe ``gt_label`` of shape (1,) and maybe
                ``unreadable``.

        Raises:
            KeyError: If a sample has no id or no score.
            ValueError: If the scores are no probabilities.
        """
        for sample in data_samples:
            for key in ('sample_id', 'pred_score'):
                if key not in sample:
                    raise KeyError(
                        f'expected {key!r} in the data sample, got '
                        f'{sorted(sample)}; pack clips with '
                        'PackGestureInputs')
            name = str(sample['sample_id'])
            unreadable = bool(sample.get('unreadable', False))
            scores, parts = checked_scores(name, sample['pred_score'],
                                           unreadable)
            label = sample.get('gt_label')
            label = None if label is None else int(label)
            self.results.append({
                'sample_id': name,
                # -1 is MMAction2's word for a label that is not there
                'label': None if label == -1 else label,
                'scores': scores,
                'parts': parts,
                'unreadable': unreadable,
            })

    def evaluate(self, size: int) -> dict:
        """Collect the results of all processes and score them.

        Args:
            size (int): Number of samples in the dataset.

        Returns:
            dict: The metrics, the same on every process.
        """
        self._num_expected = size
        # MMEngine would cut the list to ``size`` by position, which drops
        # the wrong rows unless every process ran the default sampler; all
        # rows are asked for instead and padding is dropped by id.
        return super().evaluate(sys.maxsize)

    def compute_metrics(self, results: List[dict]) -> Dict[str, float]:
        """Score the collected results, log them, write the files.

        Args:
            results (list[dict]): Results of :meth:`process`, all processes.

        Returns:
            dict[str, float]: The metrics; empty when every label is hidden.
        """
        logger = MMLogger.get_current_instance()
        results = _unique(results)
        score_file = self._score_file(results)
        parts = {
            name: self._score_file(results, name)
            for name in (results[0]['parts'] if results else ())
        }
        if (self._num_expected is not None
                and len(score_file) != self._num_expected):
            logger.warning(
                f'the dataset has {self._num_expected} samples, but '
                f'{len(score_file)} different sample ids were tested')
        bad = [
            name for name, flag in zip(score_file.sample_ids,
                                       score_file.unreadable) if flag
        ]
        if bad:
            logger.warning(
                f'{len(bad)} of {len(score_file)} clips could not be read '
                f'and got a uniform score: {", ".join(bad[:NUM_EXAMPLES])}'
                f'{" ..." if len(bad) > NUM_EXAMPLES else ""}')
        if self.dump is not None:
            write_scores(self.dump, score_file)
            for name, file in parts.items():
                write_scores(part_path(self.dump, name), file)
            logger.info(f'wrote the scores of {len(score_file)} clips to '
                        f'{self.dump}')
        known = score_file.known
        if not known.any():
            logger.warning('all labels are hidden: no metrics, scores only')
            return {}
        if not known.all():
            logger.info(f'{int((~known).sum())} clips with a hidden label '
                        'are left out of the metrics')
        labels = score_file.known_labels()
        metrics = self._score(labels, score_file.scores[known],
                              score_file.classes)
        for name, file in parts.items():
            predictions = file.scores[known].argmax(axis=1)
            metrics[f'top1_{name}'] = F.accuracy(labels, predictions)
            metrics[f'macro_f1_{name}'] = F.macro_f1(labels, predictions)
        return metrics

    def _score(self, labels: np.ndarray, scores: np.ndarray,
               classes: Sequence[str]) -> Dict[str, float]:
        logger = MMLogger.get_current_instance()
        num_classes = len(classes)
        predictions = scores.argmax(axis=1)
        metrics: Dict[str, float] = OrderedDict()
        for k in self.topk:
            if k > num_classes:
                logger.info(f'top{k} counts all {num_classes} classes and '
                            'is 1 by definition')
            metrics[f'top{k}'] = F.top_k_accuracy(scores, labels,
                                                  min(k, num_classes))
        metrics['macro_f1'] = F.macro_f1(labels, predictions)
        metrics['macro_f1_union'] = F.macro_f1_union(labels, predictions)
        metrics['micro_f1'] = F.micro_f1(labels, predictions)
        metrics['mean_class_acc'] = F.mean_class_accuracy(labels, predictions)
        present = len(np.unique(labels))
        union = len(np.union1d(labels, predictions))
        logger.info(
            f'{len(labels)} clips: macro_f1 {metrics["macro_f1"]:.4f} and '
            f'mean_class_acc {metrics["mean_class_acc"]:.4f} are means over '
            f'the {present} of {num_classes} classes present in the ground '
            f'truth; macro_f1_union {metrics["macro_f1_union"]:.4f} is over '
            f'the {union} classes present or predicted')
        metrics.update(self._score_groups(labels, predictions))
        rows = F.per_class_table(labels, predictions, num_classes, classes)
        if self.log_classes:
            logger.info('\n' + format_class_table(rows))
        if self.out_dir is not None:
            counts = F.confusion_matrix(labels, predictions, num_classes)
            write_class_report(self.out_dir, rows, counts, classes)
            logger.info('wrote per_class.csv, confusion_matrix.csv and '
                        f'confusion_matrix.png to {self.out_dir}')
        return metrics

    def _score_groups(self, labels: np.ndarray,
                      predictions: np.ndarray) -> Dict[str, float]:
        """The figures at two levels; empty for a set without groups."""
        groups = class_groups(self.dataset_meta or {})
        if groups is None:
            return {}
        found = F.two_level_f1(labels, predictions, groups.of_class,
                               self.macro_over)
        MMLogger.get_current_instance().info(
            f'f1_mean {found.f1_mean:.4f} is the mean of macro and micro F1 '
            f'of the {len(groups.of_class)} classes and of their '
            f'{len(groups.names)} groups; macro averages over '
            + ('the classes present or predicted'
               if self.macro_over == 'union' else 'all classes'))
        return dict(f1_mean=found.f1_mean, **asdict(found))

    def _score_file(self,
                    results: Sequence[dict],
                    part: Optional[str] = None) -> ScoreFile:
        num_classes = len(results[0]['scores']) if results else 0
        classes = (self.dataset_meta or {}).get('classes')
        if classes is None:
            classes = [str(index) for index in range(num_classes)]
        elif results and len(classes) != num_classes:
            raise ValueError(
                f'the dataset names {len(classes)} classes, but the model '
                f'scores {num_classes}; set num_classes of the head to the '
                'number of classes of the annotation file')
        return ScoreFile(
            sample_ids=[result['sample_id'] for result in results],
            scores=[
                result['scores'] if part is None else result['parts'][part]
                for result in results
            ],
            classes=list(classes),
            labels=[result['label'] for result in results],
            unreadable=[result['unreadable'] for result in results],
            config=self.config or _experiment_name(),
            checkpoint=self.checkpoint,
            source='test results')


def _experiment_name() -> Optional[str]:
    """The running experiment's name, or None outside a runner."""
    name = MessageHub.get_current_instance().instance_name
    # 'mmengine' is the hub that MMEngine makes when no runner made one
    return None if name == 'mmengine' else name


def _unique(results: Sequence[dict]) -> List[dict]:
    """The first result of every sample id, in order.

    Raises:
        ValueError: If one id carries two labels: then the ids are no ids.
    """
    first: Dict[str, dict] = {}
    for result in results:
        known = first.setdefault(result['sample_id'], result)
        if known['label'] != result['label']:
            raise ValueError(
                f'sample id {result["sample_id"]!r} occurs with the labels '
                f'{known["label"]} and {result["label"]}; ids must be unique '
                'in the annotation file')
    return list(first.values())
