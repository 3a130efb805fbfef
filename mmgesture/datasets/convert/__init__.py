"""From the layouts that sets come in to the one annotation format."""
from .clips import extract_clips
from .folders import convert_folders
from .imigue import convert_imigue
from .imigue_2023 import convert_imigue_2023
from .jhmdb import convert_jhmdb
from .ma52 import convert_ma52
from .pyskl_pickle import convert_pickle
from .sfinge3d import convert_sfinge3d
from .smg import convert_smg
from .splits import parse_ratios, parse_subject_splits
from .summary import Conversion, ConversionError, summary_tables
from .table import convert_table
from .table_format import TableFormat
from .window_clips import cut_window_clips

__all__ = [
    'Conversion', 'ConversionError', 'TableFormat', 'add_background',
    'convert_folders', 'convert_imigue', 'convert_imigue_2023',
    'convert_jhmdb', 'convert_ma52', 'convert_pickle', 'convert_sfinge3d',
    'convert_smg', 'convert_table', 'cut_window_clips', 'extract_clips',
    'parse_ratios', 'parse_subject_splits', 'summary_tables'
]
