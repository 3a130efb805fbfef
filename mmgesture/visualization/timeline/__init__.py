"""Timelines: what was found in a video, and what in many, as HTML pages."""
from .content import ScoreTrack, Timeline, make_timeline
from .marks import KINDS, MarkedRow, mark_rows
from .media import Media
from .page import write_timeline
from .summary import SummaryEntry, write_summary

__all__ = [
    'KINDS', 'MarkedRow', 'Media', 'ScoreTrack', 'SummaryEntry', 'Timeline',
    'make_timeline', 'mark_rows', 'write_summary', 'write_timeline'
]
