"""What models cost: parameters, FLOPs, latency and memory."""
from .complexity import analyse_config, count_parameters
from .flops import FlopCount, count_flops, scan_flops
from .machine import describe_machine
from .profiling import ProfileOptions, profile_config
from .table import read_tables, write_table

__all__ = [
    'FlopCount', 'ProfileOptions', 'analyse_config', 'count_flops',
    'count_parameters', 'describe_machine', 'profile_config', 'read_tables',
    'scan_flops', 'write_table'
]
