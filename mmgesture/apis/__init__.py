"""What programs call: training, testing, predicting."""
from .bundled import bundled_model
from .inferencer import GesturePrediction, MicroGestureInferencer
from .launch import test, train
from .preflight import PreflightError

__all__ = [
    'GesturePrediction', 'MicroGestureInferencer', 'PreflightError',
    'bundled_model', 'test', 'train'
]
