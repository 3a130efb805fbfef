"""Figures and annotated videos."""
from .comparison import draw_comparison
from .confusion_matrix import draw_confusion_matrix
from .modality_ladder import draw_modality_ladder
from .overlay import draw_prediction, enlarge_small, write_overlay_video
from .palette import CONFUSION_COLORMAP, class_color, text_color_on
from .threshold_curve import draw_threshold_curve
from .tradeoff import TradeoffPoint, bubble_figure, line_figure

__all__ = [
    'CONFUSION_COLORMAP', 'TradeoffPoint', 'bubble_figure', 'class_color',
    'draw_comparison', 'draw_confusion_matrix', 'draw_modality_ladder',
    'draw_prediction', 'draw_threshold_curve', 'enlarge_small', 'line_figure',
    'text_color_on', 'write_overlay_video'
]
