"""A whole set in another modality: one folder, the same relative names."""
import os
from dataclasses import fields, is_dataclass, replace
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional

import cv2

from mmgesture.fileio import atomic_write, remove_leftovers
from mmgesture.manifest import Manifest, file_facts, matches
from mmgesture.structures import (AnnotationFile, GestureRecord,
                                  read_annotations, write_annotations)
from ..apart import Lost, run_apart
from ..media_errors import UnreadableMediaError
from ..recipe import check_recipe
from ..video_index import video_index
from .converters import Converter

__all__ = ['BAD_NAME', 'RECIPE_NAME', 'ModalityReport', 'generate_modality']

RECIPE_NAME = 'modality.json'
BAD_NAME = 'bad_files.txt'
CONTAINERS = ('.mp4', '.mkv')
#: Settings that say where and not what.
PLACES = ('device', 'repository')
#: A colour and a depth stream may differ by this share of their frames.
SLACK = 0.01


class ModalityReport(NamedTuple):
    """Result of :func:`generate_modality`.

    Attributes:
        annotations (AnnotationFile): Of the new folder.
        written (int): Files made by this call.
        reused (int): Files that were there already.
        failed (List[UnreadableMediaError]): One for each bad file.
    """

    annotations: AnnotationFile
    written: int
    reused: int
    failed: List[UnreadableMediaError]


def target_name(video: str) -> str:
    """Name of a video in every modality's folder.

    Args:
        video (str): Name relative to the data root.

    Returns:
        str: The same; ``.mp4`` in place of suffixes other than ``.mp4`` and
        ``.mkv``, whose containers cannot hold what is written.
    """
    stem, suffix = os.path.splitext(video)
    return video if suffix.lower() in CONTAINERS else stem + '.mp4'


def generate_modality(
        ann_file: str,
        root: str,
        out: str,
        converter: Converter,
        workers: int = 1,
        advance: Optional[Callable[[str], None]] = None) -> ModalityReport:
    """Convert every video of an annotation file once.

    The result is a data root of its own: the same sample ids, segments,
    labels and relative names, so that a config reads it by another
    ``data_root``. Files appear when they are complete, and complete ones are
    reused, so the work can be taken up again: ``checksums.jsonl`` tells
    which are, and whether they are still what was written;
    ``modality.json`` keeps the settings and refuses a mixture. A bad file
    does not stop the others: it is listed in ``bad_files.txt`` and its
    samples stay in the annotations, so that test sets keep all their ids. A
    file that crashes its decoder is bad too where there are several
    processes; with one, which is this one, it ends the run.

    Args:
        ann_file (str): Annotation file of the colour videos.
        root (str): Their data root.
        out (str): The modality's data root.
        converter (Converter): What is made.
        workers (int): Processes. Defaults to 1.
        advance (Callable, optional): Called with the name of each file that
            is done, for a progress bar. Defaults to None.

    Returns:
        ModalityReport: What was made.

    Raises:
        ValueError: If ``out`` is the root, holds files of other settings,
            two videos would share a name, or no sample has the source.
    """
    if os.path.realpath(root) == os.path.realpath(out):
        raise ValueError(f'{out}: the folder of a modality must not be the '
                         'data root, whose videos it would replace')
    source = read_annotations(ann_file)
    sources = source_files(source, converter.field, ann_file)
    check_recipe(
        os.path.join(out, RECIPE_NAME), describe(converter), 'files')
    remove_leftovers(out)
    manifest = Manifest(out)
    jobs = {
        name: (converter, root, video, origin, os.path.join(out, name),
               manifest.entry(name))
        for name, (video, origin) in sources.items()
    }
    written, failed = 0, []
    for name, result in _run(jobs, workers):
        if isinstance(result, Lost):
            result = UnreadableMediaError(
                os.path.join(root, sources[name][1]), result.reason)
        if isinstance(result, UnreadableMediaError):
            failed.append(result)
        elif result is not None:
            made, facts = result
            written += made
            manifest.add(name, **facts)
        if advance is not None:
            advance(name)
    failed.sort(key=lambda error: error.path)
    _write_bad(os.path.join(out, BAD_NAME), failed)
    annotations = _annotations(source, converter)
    write_annotations(
        os.path.join(out, 'annotations.jsonl'), annotations.header,
        annotations.records)
    return ModalityReport(annotations, written,
                          len(jobs) - written - len(failed), failed)


def source_files(annotations: AnnotationFile, field: str,
                 path: str) -> Dict[str, tuple]:
    """Which file each video's modality is made of.

    Args:
        annotations (AnnotationFile): The set.
        field (str): 'video', or 'depth' for what a sensor recorded.
        path (str): The annotation file, for messages.

    Returns:
        Dict[str, tuple]: From the name in the new folder to the video and
        its source, None where the annotations name none.

    Raises:
        ValueError: If two videos would share a name, a video has two
            sources, or no video has one.
    """
    entries = [(r.video, getattr(r, field)) for r in annotations.records]
    entries += [(v.get('video'), v.get(field))
                for v in annotations.header.get('videos', ())]
    sources: Dict[str, tuple] = {}
    for video, origin in entries:
        if video is None:
            continue
        name = target_name(video)
        known, before = sources.get(name, (video, None))
        if known != video:
            raise ValueError(f'{path}: {known!r} and {video!r} would share '
                             f'the file {name!r}; rename one')
        if None not in (before, origin) and before != origin:
            raise ValueError(f'{path}: expected one {field} file for '
                             f'{video!r}, got {before!r} and {origin!r}')
        sources[name] = video, before or origin
    if not any(origin for _, origin in sources.values()):
        raise ValueError(
            f'{path}: no sample names a {field} file' +
            ('; sensor depth exists for sets such as SMG and mini-SMG. '
             'Estimate it (a local Video-Depth-Anything, or a command), or '
             'add the key "depth" to the samples' if field == 'depth' else
             ', there is nothing to convert'))
    return sources


def describe(converter: Any) -> Dict[str, Any]:
    """The settings that determine the result, as plain values.

    Args:
        converter (Converter): Or a method inside of it.

    Returns:
        dict: Name of the class and its fields, dataclasses inside likewise;
        weights by the name of their file alone.
    """
    settings: Dict[str, Any] = dict(kind=type(converter).__name__)
    for entry in fields(converter):
        value = getattr(converter, entry.name)
        if is_dataclass(value):
            value = describe(value)
        elif entry.name == 'weights':
            value = os.path.basename(value)
        if entry.name not in PLACES:
            settings[entry.name] = value
    return settings


def _annotations(source: AnnotationFile,
                 converter: Converter) -> AnnotationFile:
    records: List[GestureRecord] = [
        # skeletons and depth lie in the data root of the colour videos
        replace(
            r, video=target_name(r.video), keypoints=None, depth=None)
        for r in source.records if r.video is not None
    ]
    header = dict(source.header, modality=describe(converter))
    if 'videos' in header:
        header['videos'] = [
            dict({k: v for k, v in entry.items()
                  if k not in ('keypoints', 'depth')},
                 video=target_name(entry['video']))
            for entry in header['videos'] if entry.get('video')
        ]
    return AnnotationFile(header, records)


def _run(jobs: Dict[str, tuple], workers: int) -> Iterator[tuple]:
    if min(workers, len(jobs)) < 2:
        for name, job in jobs.items():
            yield name, _convert(*job)
        return
    yield from run_apart(_convert, jobs, workers, prepare=_start_worker)


def _start_worker() -> None:
    cv2.setNumThreads(1)  # one process per core instead


def _convert(converter: Converter, root: str, video: str,
             origin: Optional[str], target: str,
             entry: Optional[Dict[str, Any]]) -> Any:
    """Make one file.

    Returns:
        tuple | None | UnreadableMediaError: Whether it was made, and what
        the manifest notes; None if the manifest knows it; why it is bad.
    """
    try:
        if origin is None:
            raise UnreadableMediaError(
                os.path.join(root, video),
                f'its samples name no {converter.field} file')
        path = os.path.join(root, origin)
        length = len(video_index(path))
        if origin != video:
            colour = len(video_index(os.path.join(root, video)))
            if abs(length - colour) > max(1, SLACK * colour):
                raise UnreadableMediaError(
                    path, f'expected about the {colour} frames of {video}, '
                    f'got {length}: frame numbers would not agree')
        made_of = dict(file=origin, bytes=os.path.getsize(path),
                       frames=length)
        if entry is not None:
            if entry.get('made_of') == made_of and matches(target, entry):
                return None
            made = True
        else:  # finished, but the run was killed before it was noted
            made = not _is_whole(target, length)
        if made:
            converter(path, target)
        return made, dict(made_of=made_of, facts=file_facts(target))
    except UnreadableMediaError as error:
        return error


def _is_whole(target: str, length: int) -> bool:
    try:
        return len(video_index(target)) == length
    except UnreadableMediaError:
        return False


def _write_bad(path: str, failed: List[UnreadableMediaError]) -> None:
    if failed:
        with atomic_write(path) as file:
            for error in failed:
                reason = ' '.join(error.reason.split())
                file.write(f'{error.path}\t{reason}\n')
    elif os.path.exists(path):
        os.remove(path)
