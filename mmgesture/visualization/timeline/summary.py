"""One page over the timelines of many videos: counts, F1, classes, strips."""
import html
import math
from collections import Counter
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple, Union
from urllib.parse import quote

from mmgesture.evaluation.functional import ClassRow
from mmgesture.fileio import atomic_write
from .content import Timeline
from .marks import KINDS, MARKS
from .page import asset, fill_page, kind_class

__all__ = ['SummaryEntry', 'class_rows', 'write_summary']

#: Width of a strip in its own units; what is finer falls together.
STRIP = 1000


class SummaryEntry(NamedTuple):
    """A video of the summary.

    Attributes:
        timeline (Timeline): Its timeline.
        page (str, optional): Its page beside the summary; None: it has none.
        problem (str): What went wrong with it, maybe ''.
    """

    timeline: Timeline
    page: Optional[str] = None
    problem: str = ''


def class_rows(timelines: Sequence[Timeline]) -> List[ClassRow]:
    """Count by class, over the videos whose annotation is known.

    Args:
        timelines (Sequence[Timeline]): With the same classes.

    Returns:
        list[ClassRow]: Of the classes that are annotated or found.
    """
    hits, found, truth = Counter(), Counter(), Counter()
    for timeline in timelines:
        if timeline.known:
            rows = timeline.rows
            hits.update(r.label for r in rows if r.kind == 'matched')
            found.update(r.label for r in rows if r.found)
            truth.update(r.truth_label for r in rows if r.truth)
    nan = math.nan
    return [
        ClassRow(k, timelines[0].classes[k], truth[k], found[k],
                 hits[k] / truth[k] if truth[k] else nan,
                 hits[k] / found[k] if found[k] else nan,
                 2 * hits[k] / (truth[k] + found[k]))
        for k in sorted(set(found) | set(truth))
    ]


def _strip(timeline: Timeline) -> str:
    """A video's rows as a small drawing: annotated above, found below."""
    half = 10 if timeline.known else 20
    bars: Dict[Tuple[str, int, int], set] = {}
    for row in timeline.rows:
        for times, top in ((row.truth, 0), (row.found, 20 - half)):
            if times is None:
                continue
            start, end = (round(STRIP * t / timeline.duration) for t in times)
            kind = 'truth' if times is row.truth and row.kind == 'matched' \
                else f'k-{kind_class(row.kind)}'
            bars.setdefault((kind, top, half - 1), set()).add(
                (start, max(end - start, 2)))
    paths = [
        f'<path class="{kind}" d="' + ''.join(
            f'M{start},{top}h{width}v{height}h-{width}z'
            for start, width in sorted(places)) + '"/>'
        for (kind, top, height), places in bars.items()
    ]
    return (f'<svg class="strip" viewBox="0 0 {STRIP} 20" '
            f'preserveAspectRatio="none" aria-hidden="true">'
            f'{"".join(paths)}</svg>')


def _number(value: Optional[float], digits: int = 0,
            style: str = 'num') -> str:
    """A cell that sorts by its value."""
    if value is None or math.isnan(value):
        return f'<td class="{style}" data-value="-1">&ndash;</td>'
    return f'<td class="{style}" data-value="{value:.6g}">' \
        f'{value:.{digits}f}</td>'


def _head(names: Sequence[Tuple[str, str]]) -> str:
    cells = ''.join(
        f'<th class="{style}" aria-sort="none"><button>{html.escape(name)}'
        '</button></th>' for name, style in names)
    return f'<thead><tr>{cells}</tr></thead>'


def _length(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return (f'{hours}:{minutes:02d}' if hours else f'{minutes}') + \
        f':{whole % 60:02d}'


def _line(entry: SummaryEntry, kinds: Sequence[str]) -> str:
    timeline = entry.timeline
    counts = timeline.counts()
    name = html.escape(timeline.title)
    if entry.page is not None:
        name = f'<a href="{html.escape(quote(entry.page))}">{name}</a>'
    if entry.problem:
        name += f'<p class="soft">{html.escape(entry.problem)}</p>'
    annotated = sum(1 for row in timeline.rows if row.truth)
    cells = [
        f'<td class="video" data-value="{html.escape(timeline.title)}">'
        f'{name}{_strip(timeline)}</td>',
        f'<td class="num more" data-value="{timeline.duration:.3f}">'
        f'{_length(timeline.duration)}</td>'
    ]
    if len(kinds) > 1:
        cells.append(_number(annotated if timeline.known else None))
    cells.append(_number(sum(1 for row in timeline.rows if row.found)))
    if len(kinds) > 1:
        cells += [_number(counts.get(kind), style='num more')
                  for kind in kinds]
        cells.append(_number(timeline.f1(), 3))
    return f'<tr>{"".join(cells)}</tr>'


def _video_table(entries: Sequence[SummaryEntry], known: bool) -> str:
    kinds = KINDS[:-1] if known else KINDS[-1:]
    names = [('video', ''), ('length', 'num more')]
    if known:
        names += [('annotated', 'num'), ('found', 'num')]
        names += [(kind, 'num more') for kind in kinds] + [('F1', 'num')]
    else:
        names += [('found', 'num')]
    body = ''.join(_line(entry, kinds) for entry in entries)
    return f'<table>{_head(names)}<tbody>{body}</tbody></table>'


def _class_table(rows: Sequence[ClassRow]) -> str:
    head = _head([('class', ''), ('annotated', 'num'), ('found', 'num'),
                  ('recall', 'num more'), ('precision', 'num more'),
                  ('F1', 'num')])
    body = ''.join(
        f'<tr><td data-value="{html.escape(row.name)}">'
        f'{html.escape(row.name)}</td>' + _number(row.support) +
        _number(row.predicted) + _number(row.recall, 2, 'num more') +
        _number(row.precision, 2, 'num more') + _number(row.f1, 2) + '</tr>'
        for row in rows)
    return f'<h2>Classes</h2><section class="panel wide"><table>{head}' \
        f'<tbody>{body}</tbody></table></section>'


def _figures(timelines: Sequence[Timeline]) -> str:
    known = [t for t in timelines if t.known]
    rows = [row for t in timelines for row in t.rows]
    pairs = [('videos', len(timelines)),
             ('length', _length(sum(t.duration for t in timelines)))]
    if known:
        pairs.append(('annotated', sum(1 for row in rows if row.truth)))
    pairs.append(('found', sum(1 for row in rows if row.found)))
    if known:
        counts = [t.counts() for t in known]
        hits = sum(c['matched'] for c in counts)
        total = sum(sum(c.values()) for c in counts) + hits
        f1 = f'{2 * hits / total:.3f}' if total else '\u2013'
        pairs.append((f'F1 at tIoU {known[0].tiou:g}', f1))
    thresholds = {t.threshold for t in timelines}
    if len(thresholds) == 1 and None not in thresholds:
        pairs.append(('scores from', f'{thresholds.pop():.2f}'))
    return ''.join(f'<div><dt>{name}</dt><dd>{value}</dd></div>'
                   for name, value in pairs)


def _legend(timelines: Sequence[Timeline]) -> str:
    total: Counter = Counter()
    for timeline in timelines:
        total.update(timeline.counts())
    return ''.join(
        f'<span class="k-{kind_class(kind)}"><span class="mark">{mark}</span>'
        f' {kind} <b>{total[kind]}</b></span>'
        for kind, mark in zip(KINDS, MARKS) if kind in total)


def write_summary(path: Union[str, Path],
                  entries: Sequence[SummaryEntry],
                  title: str = 'Gestures') -> None:
    """Write the page, atomically; nothing is loaded from outside.

    Without JavaScript only the sorting is missing.

    Args:
        path (str | Path): The ``.html`` file.
        entries (Sequence[SummaryEntry]): The videos, with the same classes.
        title (str): Title. Defaults to 'Gestures'.

    Raises:
        ValueError: If there is no video.
    """
    if not entries:
        raise ValueError(f'{path}: expected at least one video to show')
    timelines = [entry.timeline for entry in entries]
    known = any(t.known for t in timelines)
    rows = class_rows(timelines) if known else []
    text = fill_page(
        'summary.html', title, asset('summary.js') + asset('theme.js'),
        OWNSTYLE=asset('summary.css'), FIGURES=_figures(timelines),
        LEGEND=_legend(timelines), VIDEOS=_video_table(entries, known),
        CLASSES=_class_table(rows) if rows else '')
    with atomic_write(path) as file:
        file.write(text)
