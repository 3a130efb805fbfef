"""Score files keyed by sample id, and the files that challenges want."""
from .detection_file import (DetectionFile, read_detections,
                             write_detections)
from .formats import FORMATS, SubmissionFormat, get_format
from .frame_rule import FrameRule
from .fusion import SPACES as FUSION_SPACES
from .fusion import align_scores, fuse_scores, simplex_weights, stack_streams
from .fusion_weights import FusionWeights, read_weights, write_weights
from .mac import validate_mac, write_mac
from .miga import validate_miga, write_miga
from .miga2023 import validate_miga2023, write_miga2023
from .miga_online import validate_online, write_online
from .miga_online_2023 import validate_online2023, write_online2023
from .report import ValidationReport
from .same_clips import align_clips, check_same_labels
from .score_file import ScoreFile, read_scores, write_scores

__all__ = [
    'FORMATS', 'FUSION_SPACES', 'DetectionFile', 'FrameRule', 'FusionWeights',
    'ScoreFile', 'SubmissionFormat', 'ValidationReport', 'align_clips',
    'align_scores', 'check_same_labels', 'fuse_scores', 'get_format',
    'read_detections', 'read_scores', 'read_weights', 'simplex_weights',
    'stack_streams', 'validate_mac', 'validate_miga', 'validate_miga2023',
    'validate_online', 'validate_online2023', 'write_detections', 'write_mac',
    'write_miga', 'write_miga2023', 'write_online', 'write_online2023',
    'write_scores', 'write_weights'
]
