"""Figures and annotated videos."""
from .class_counts import draw_class_counts
from .comparison import draw_comparison
from .confusion_matrix import draw_confusion_matrix
from .detection_errors import draw_detection_errors
from .error_gallery import ErrorStrip, draw_error_gallery
from .lookahead_curves import LookaheadPoint, draw_lookahead_curves
from .modality_ladder import draw_modality_ladder
from .operating_errors import draw_operating_errors
from .overlay import draw_prediction, enlarge_small, write_overlay_video
from .palette import CONFUSION_COLORMAP, class_color, text_color_on
from .stream_overlay import StreamView, draw_stream, fit_frame
from .threshold_curve import draw_threshold_curve
from .tradeoff import TradeoffPoint, bubble_figure, line_figure

__all__ = [
    'CONFUSION_COLORMAP', 'ErrorStrip', 'LookaheadPoint', 'StreamView',
    'TradeoffPoint', 'bubble_figure', 'class_color', 'draw_class_counts',
    'draw_comparison', 'draw_confusion_matrix', 'draw_detection_errors',
    'draw_error_gallery', 'draw_lookahead_curves', 'draw_modality_ladder',
    'draw_operating_errors', 'draw_prediction', 'draw_stream',
    'draw_threshold_curve', 'enlarge_small', 'fit_frame', 'line_figure',
    'text_color_on', 'write_overlay_video'
]
