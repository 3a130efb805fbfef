"""From what a localizer says about windows to detections of videos."""
from typing import Any, Dict, List, Sequence

import numpy as np

from mmgesture.evaluation.functional import WindowMerge
from mmgesture.structures import VideoDetections

__all__ = ['merge_results', 'window_result']


def window_result(sample: Dict[str, Any]) -> Dict[str, Any]:
    """The predictions of a window in frames of its video.

    Args:
        sample (dict): A data sample as a dict: ``pred_instances``
            (``segments`` in steps from the window's start, ``labels``,
            ``scores``) and the metainfo of PackWindowInputs.

    Returns:
        dict: ``key`` (video and step), ``segments``, ``scores``, ``labels``,
        ``unreadable``, ``truth``, ``num_frames``, ``fps``, ``split``; plain
        and small, to be sent between processes.

    Raises:
        KeyError: If something of that is missing.
    """
    for key in ('video_id', 'window_start', 'pred_instances'):
        if key not in sample:
            raise KeyError(
                f'expected {key!r} in the data sample, got {sorted(sample)}; '
                'pack windows with PackWindowInputs')
    found = sample['pred_instances']
    steps = found['segments'].detach().cpu().double().numpy()
    frames = sample['offset'] + sample['stride'] * (
        sample['window_start'] + steps.reshape(-1, 2))
    return dict(
        key=(sample['video_id'], sample['window_start']),
        segments=frames,
        scores=found['scores'].detach().cpu().double().numpy(),
        labels=found['labels'].detach().cpu().long().numpy(),
        unreadable=bool(sample.get('unreadable', False)),
        truth=sample.get('video_annotations'),
        num_frames=sample.get('num_frames'),
        fps=sample.get('fps'),
        split=sample.get('split'))


def merge_results(windows: Sequence[Dict[str, Any]],
                  merge: WindowMerge) -> List[VideoDetections]:
    """Merge the windows of every video.

    Windows that could not be read say nothing.

    Args:
        windows (Sequence[dict]): Results of :func:`window_result`.
        merge (WindowMerge): How.

    Returns:
        list[VideoDetections]: In the order of their names.

    Raises:
        ValueError: If a model predicts what is no segment.
    """
    by_video: Dict[str, List[dict]] = {}
    for window in sorted(windows, key=lambda w: w['key']):
        by_video.setdefault(window['key'][0], []).append(window)
    videos = []
    for name, members in by_video.items():
        readable = [w for w in members if not w['unreadable']]
        first = members[0]
        try:
            segments, scores, labels = merge(
                [w['segments'] for w in readable],
                [w['scores'] for w in readable],
                [w['labels'] for w in readable], first['num_frames'])
        except ValueError as error:
            raise ValueError(f'{name}: the model predicts no usable '
                             f'segments: {error}') from error
        truth = first['truth']
        if truth is not None:
            truth = np.reshape(truth, (-1, 3)).astype(np.float64)
        videos.append(
            VideoDetections(
                name, segments, labels, scores,
                None if truth is None else truth[:, :2],
                None if truth is None else truth[:, 2].astype(np.int64),
                first['num_frames'], first['fps']))
    return videos
