"""The metric of online recognition: gestures with their times in videos."""
import sys
from typing import Any, Dict, List, Optional, Sequence

from mmengine.evaluator import BaseMetric
from mmengine.logging import MessageHub, MMLogger

from mmgesture.engine.operating_point import remember_operating_point
from mmgesture.evaluation import functional as F
from mmgesture.registry import METRICS
from mmgesture.structures import VideoDetections
from mmgesture.submission import DetectionFile, write_detections
from .class_report import format_class_table
from .detection_report import write_detection_report
from .window_results import merge_results, window_result

__all__ = ['MicroGestureF1']


@METRICS.register_module()
class MicroGestureF1(BaseMetric):
    """F1 and mAP of gestures in untrimmed videos, joined by video.

    Predictions of all windows go to frames of the video, windows of a video
    are merged, detections with at least the threshold count. Reported under
    the prefix ``detection``:

    - ``f1``, ``precision``, ``recall``: pooled over videos and classes
      (micro), the challenge's measure; ``macro_f1`` over the classes that
      are annotated;
    - ``f1_at_0.1`` and so on at other overlaps;
    - ``f1_gestures``: without the class that is no micro-gesture;
    - ``map`` and ``map_at_0.3`` and so on: without any threshold;
    - ``threshold``: in use;
    - ``f1_low``, ``f1_high``: 95 % bootstrap interval over videos, in a test.

    The threshold is tuned on validation videos alone: with ``tune`` it is
    chosen on the videos at hand, and travels with the checkpoint that is
    saved next, from which ``tools/test.py`` takes it. Without a threshold
    there is no F1, only mAP.

    Videos with a hidden annotation are dumped but not scored. Windows that
    could not be read say nothing. Windows that a distributed sampler
    repeated are dropped by their place.

    Args:
        tiou (float): Least overlap of a hit. Defaults to 0.3.
        strict (bool): Whether it must be exceeded. Defaults to True.
        matching (str): 'one_to_one'; 'starterkit', as the organisers
            published it, which can exceed 1; 'hungarian'. Defaults to
            'one_to_one'.
        threshold (float, optional): Score from which detections count.
            Defaults to None: the checkpoint's.
        tune (bool): Choose the threshold on these videos; for validation.
            Defaults to False.
        tolerance (float): See
            :func:`mmgesture.evaluation.functional.tune_threshold`. Defaults
            to 0.01.
        merge (dict, optional): Arguments of
            :class:`mmgesture.evaluation.functional.WindowMerge`. Defaults to
            None: NMS at 0.3.
        non_gesture (int, optional): Class that is no micro-gesture, 16 in
            SMG. Defaults to None.
        tious (Sequence[float]): Overlaps of ``f1_at``. Defaults to (0.1,
            0.3, 0.5, 0.7).
        map_tious (Sequence[float]): Overlaps of ``map``. Defaults to 0.3 to
            0.7.
        dump (str, optional): Detection file to write. Defaults to None.
        out_dir (str, optional): Folder for ``per_class.csv`` and
            ``per_video.csv``. Defaults to None.
        config (str, optional): Config name for the file's header. Defaults
            to None: the experiment's.
        checkpoint (str, optional): Checkpoint name for the header. Defaults
            to None.
        collect_device (str): 'cpu' or 'gpu'. Defaults to 'cpu'.
        prefix (str, optional): Defaults to None, which means 'detection'.

    Raises:
        ValueError: If the matching is unknown, or a threshold is given and
            to be tuned.
    """

    default_prefix = 'detection'

    def __init__(self,
                 tiou: float = 0.3,
                 strict: bool = True,
                 matching: str = 'one_to_one',
                 threshold: Optional[float] = None,
                 tune: bool = False,
                 tolerance: float = 0.01,
                 merge: Optional[dict] = None,
                 non_gesture: Optional[int] = None,
                 tious: Sequence[float] = F.F1_TIOUS,
                 map_tious: Sequence[float] = F.MAP_TIOUS,
                 dump: Optional[str] = None,
                 out_dir: Optional[str] = None,
                 config: Optional[str] = None,
                 checkpoint: Optional[str] = None,
                 collect_device: str = 'cpu',
                 prefix: Optional[str] = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        if matching not in F.MATCHINGS:
            raise ValueError(f'expected a matching of {F.MATCHINGS}, got '
                             f'{matching!r}')
        if tune and threshold is not None:
            raise ValueError('expected a threshold or tune=True, got both')
        # the organisers compare last frames, not ends
        self.rule = dict(
            strict=strict,
            matching=matching,
            shorten=1 if matching == 'starterkit' else 0)
        self.tiou = tiou
        self.threshold = threshold
        self.tune = tune
        self.tolerance = tolerance
        self.merge = F.WindowMerge(**(merge or {}))
        self.non_gesture = non_gesture
        self.tious = tuple(tious)
        self.map_tious = tuple(map_tious)
        self.dump = dump
        self.out_dir = out_dir
        self.config = config
        self.checkpoint = checkpoint

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Keep the predictions of each window, in frames of its video.

        Args:
            data_batch (Any): The batch; not used.
            data_samples (Sequence[dict]): Predictions with
                ``pred_instances`` (``segments`` in steps from the window's
                start, ``labels``, ``scores``) and the metainfo of
                PackWindowInputs.

        Raises:
            KeyError: If something of that is missing.
        """
        self.results += [window_result(sample) for sample in data_samples]

    def evaluate(self, size: int) -> dict:
        """Collect the windows of all processes and score the videos.

        Args:
            size (int): Number of windows in the dataset.

        Returns:
            dict: The metrics, the same on every process.
        """
        # all rows, padding is dropped by the window's place
        return super().evaluate(sys.maxsize)

    def compute_metrics(self, results: List[dict]) -> Dict[str, float]:
        """Merge windows, choose or apply the threshold, score, write files.

        Args:
            results (list[dict]): Results of :meth:`process`, all processes.

        Returns:
            dict[str, float]: The metrics; empty when every annotation is
            hidden.
        """
        logger = MMLogger.get_current_instance()
        windows = {result['key']: result for result in results}
        bad = [key for key, w in windows.items() if w['unreadable']]
        if bad:
            logger.warning(f'{len(bad)} of {len(windows)} windows could not '
                           f'be read and say nothing, the first: step '
                           f'{bad[0][1]} of {bad[0][0]}')
        content = self._content(windows)
        known = content.known
        if self.rule['matching'] == 'starterkit':
            # what the organisers' script gets to see
            known = [video.rounded() for video in known]
        metrics: Dict[str, float] = {}
        if known:
            if self.tune:
                content.threshold = self._tune(known, content.num_classes)
            metrics = self._score(known, content)
        else:
            logger.warning('all annotations are hidden: no metrics, '
                           'detections only')
        if self.dump is not None:
            write_detections(self.dump, content)
            logger.info(f'wrote the detections of {len(content.videos)} '
                        f'videos to {self.dump}')
        return metrics

    def _content(self, windows: Dict[tuple, dict]) -> DetectionFile:
        videos = merge_results(list(windows.values()), self.merge)
        classes = (self.dataset_meta or {}).get('classes')
        if classes is None:
            seen = [x.max() for v in videos for x in (v.labels, v.gt_labels)
                    if x is not None and x.size]
            classes = range(int(max(seen, default=0)) + 1)
        return DetectionFile(
            videos,
            list(classes),
            threshold=self.threshold,
            split='+'.join(sorted({str(w['split'])
                                   for w in windows.values()})),
            config=self.config
            or MessageHub.get_current_instance().instance_name,
            checkpoint=self.checkpoint,
            source='the predictions')

    def _tune(self, videos: List[VideoDetections], num_classes: int) -> float:
        tuned = F.tune_threshold(
            videos, num_classes, self.tiou, tolerance=self.tolerance,
            **self.rule)
        remember_operating_point(
            dict(
                threshold=tuned.threshold,
                f1=tuned.f1,
                tiou=self.tiou,
                matching=self.rule['matching'],
                videos=len(videos)))
        return tuned.threshold

    def _score(self, videos: List[VideoDetections],
               content: DetectionFile) -> Dict[str, float]:
        logger = MMLogger.get_current_instance()
        number = content.num_classes
        metrics = F.map_scores(videos, number, self.map_tious)
        if content.threshold is None:
            logger.warning(
                'no threshold: neither the metric nor the checkpoint names '
                'one, so there is no F1. Tune it on validation videos: '
                'tools/test.py CONFIG CHECKPOINT --split val --dump '
                'val.jsonl, then tools/analysis/tune_threshold.py val.jsonl '
                '--store CHECKPOINT')
            return metrics
        metrics['threshold'] = content.threshold
        hard = [video.above(content.threshold) for video in videos]
        score = F.segment_f1(
            hard, number, self.tiou, classes=content.classes, **self.rule)
        if score.f1 > 1:
            logger.warning(
                f'F1 of {score.f1:.4f} exceeds 1: the rule of the starter '
                'kit counts a detection again for every annotation that it '
                "overlaps; matching='one_to_one' does not")
        in_test = self.out_dir is not None or self.dump is not None
        metrics.update(
            F.detection_scores(
                hard, number, self.tiou, tious=self.tious,
                non_gesture=self.non_gesture, interval=in_test, **self.rule))
        logger.info(
            f'{len(videos)} videos: {score.hits} hits of {score.predicted} '
            f'detections and {score.annotated} annotations at tIoU '
            f'{self.tiou:g}, {self.rule["matching"]}; macro_f1 is over the '
            f'{sum(r.support > 0 for r in score.rows)} of {number} classes '
            'that are annotated')
        if in_test:
            logger.info('\n' + format_class_table(score.rows))
            logger.info(
                f'F1 {score.f1:.4f} [{metrics["f1_low"]:.4f}, '
                f'{metrics["f1_high"]:.4f}] (95% bootstrap over '
                f'{len(videos)} videos)')
        if self.out_dir is not None:
            write_detection_report(self.out_dir, score, hard)
            logger.info('wrote per_class.csv and per_video.csv to '
                        f'{self.out_dir}')
        return metrics
