"""What detectors get wrong, in the manner of DETAD and beyond it.

Alwassel, Caba Heilbron, Escorcia, Ghanem: Diagnosing Error in Temporal
Action Detectors, ECCV 2018: false negatives, kinds of false positives,
sensitivity to the kind of instance. To that come errors at the operating
point, which challenges with hard detections are judged at.
"""
from .bins import BINS, Bins, instance_bins, quantile_bins
from .negatives import FalseNegatives, false_negatives
from .operating import OperatingErrors, miss_reasons, operating_errors
from .positives import FP_KINDS, FalsePositives, false_positives
from .sensitivity import Sensitivity, sensitivity

__all__ = [
    'BINS', 'FP_KINDS', 'Bins', 'FalseNegatives', 'FalsePositives',
    'OperatingErrors', 'Sensitivity', 'false_negatives', 'false_positives',
    'instance_bins', 'miss_reasons', 'operating_errors', 'quantile_bins',
    'sensitivity'
]
