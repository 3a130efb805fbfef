"""Other modalities of a video: Taylor video, optical flow, depth."""
from .command import CommandConverter
from .converters import FlowConverter, TaylorConverter
from .depth import EstimatedDepth, SensorDepth
from .flow import DISFlow, FarnebackFlow
from .flow_encoding import (decode_color_wheel, decode_uvm,
                            encode_color_wheel, encode_uvm,
                            mirror_flow_image)
from .flow_raft import RAFTFlow
from .generate import ModalityReport, generate_modality
from .taylor import grey_frames, taylor_motion, taylor_video

__all__ = [
    'CommandConverter', 'DISFlow', 'EstimatedDepth', 'FarnebackFlow',
    'FlowConverter', 'ModalityReport', 'RAFTFlow', 'SensorDepth',
    'TaylorConverter', 'decode_color_wheel', 'decode_uvm',
    'encode_color_wheel', 'encode_uvm', 'generate_modality', 'grey_frames',
    'mirror_flow_image', 'taylor_motion', 'taylor_video'
]
