"""Pure functions on numpy arrays; nothing here knows MMEngine."""
from .bootstrap import (Interval, MajorityBaseline, bootstrap_interval,
                        majority_baseline)
from .classification import (ClassRow, accuracy, confusion_matrix, macro_f1,
                             macro_f1_union, mean_class_accuracy, micro_f1,
                             per_class_table, top_k_accuracy,
                             top_k_predictions, uniform_score)
from .detection_scores import F1_TIOUS, detection_scores, map_scores
from .forced_choice import ForcedChoice, forced_choice
from .frame_merge import (FrameMerge, StepScores, choose_merge,
                          merge_steps)
from .fusion_ladder import LadderStep, modality_ladder
from .fusion_search import MEASURES as FUSION_MEASURES
from .fusion_search import (HeldOutFusion, WeightSearch, leave_one_group_out,
                            search_weights)
from .group_level import (MACRO_OVER, TwoLevelF1, macro_f1_over,
                          map_to_groups, two_level_f1)
from .paired import (PairedDifference, UnitCounts, count_units,
                     crossed_interval, jackknife_values, paired_difference)
from .prior_baseline import PriorSegments, all_background, prior_segments
from .segment_f1 import (SegmentScore, count_segments, segment_f1,
                         segment_f1_interval)
from .segment_map import MAP_TIOUS, SegmentMAP, segment_map
from .segment_matching import MATCHINGS
from .stream_scores import (StreamedVideo, StreamScore, as_detections,
                            stream_scores)
from .threshold import TunedThreshold, tune_threshold
from .window_merge import WindowMerge

__all__ = [
    'F1_TIOUS', 'FUSION_MEASURES', 'MACRO_OVER', 'MAP_TIOUS', 'MATCHINGS',
    'ClassRow', 'ForcedChoice', 'FrameMerge', 'HeldOutFusion', 'Interval',
    'LadderStep', 'MajorityBaseline', 'PairedDifference', 'PriorSegments',
    'SegmentMAP', 'SegmentScore', 'StepScores', 'StreamScore', 'StreamedVideo',
    'TunedThreshold', 'TwoLevelF1', 'UnitCounts', 'WeightSearch',
    'WindowMerge', 'accuracy', 'all_background', 'as_detections',
    'bootstrap_interval', 'choose_merge', 'confusion_matrix', 'count_segments',
    'count_units', 'crossed_interval', 'detection_scores', 'forced_choice',
    'jackknife_values', 'leave_one_group_out', 'macro_f1', 'macro_f1_over',
    'macro_f1_union', 'majority_baseline', 'map_scores', 'map_to_groups',
    'mean_class_accuracy', 'merge_steps', 'micro_f1', 'modality_ladder',
    'paired_difference', 'per_class_table', 'prior_segments', 'search_weights',
    'segment_f1', 'segment_f1_interval', 'segment_map', 'stream_scores',
    'top_k_accuracy', 'top_k_predictions', 'tune_threshold', 'two_level_f1',
    'uniform_score'
]
