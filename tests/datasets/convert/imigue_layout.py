"""Writes small iMiGUE sets in the layout of the challenge's release."""
from pathlib import Path

import numpy as np

from mmgesture.testing import write_tiny_video

SKELETON_FOLDERS = dict(
    train='imigue_data_phase1/datasets/imigue_skeleton_train',
    val='imigue_data_phase1/datasets/imigue_skeleton_validate',
    test='imigue_data_phase2/imigue_skeleton_test')
VIDEO_FOLDERS = dict(
    train='imigue_rgb_phase1/train_data',
    val='imigue_rgb_phase1/validation_data',
    test='imigue_rgb_phase2')


def draw_keypoints(num_frames, seed=0):
    """Keypoints (T, 137, 3) with three decimals, as OpenPose writes them."""
    generator = np.random.default_rng(seed)
    return generator.uniform(0, 720, (num_frames, 137, 3)).round(3)


def write_rows(path, rows):
    """Write an xlsx file without a header."""
    import openpyxl
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def put_labels(root, split, video, labels):
    """Write ``<VID>_label.csv`` of rows (class, start, end) or of text."""
    path = Path(root) / SKELETON_FOLDERS[split] / video / f'{video}_label.csv'
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(labels, str):
        labels = ''.join(f'{",".join(map(str, row))}\n' for row in labels)
    path.write_text(labels)
    return path


def put_video(root, split, video, num_frames=30):
    """Write ``<VID>.mp4``."""
    path = Path(root) / VIDEO_FOLDERS[split] / video / f'{video}.mp4'
    path.parent.mkdir(parents=True, exist_ok=True)
    write_tiny_video(path, num_frames, seed=int(video))
    return path


def put_skeleton(root, split, video, num_frames=30):
    """Write ``<VID>_openpose.xlsx``; give its keypoints."""
    keypoints = draw_keypoints(num_frames, int(video))
    write_rows(
        Path(root) / SKELETON_FOLDERS[split] / video /
        f'{video}_openpose.xlsx', keypoints.reshape(num_frames, 411).tolist())
    return keypoints


def write_set(root, skeletons=False):
    """One video each to train, validate and test.

    Rows of the test part have the placeholder 0; labels elsewhere cover the
    first and last class, the illustrative one, the first and last frame.
    """
    labels = dict(
        train=('0054', [(1, 0, 0), (99, 3, 12), (31, 20, 29)]),
        val=('0001', [(99, 5, 8), (5, 10, 20)]),
        test=('0067', [(0, 1, 4), (0, 6, 9)]))
    for split, (video, rows) in labels.items():
        put_video(root, split, video)
        put_labels(root, split, video, rows)
        if skeletons:
            put_skeleton(root, split, video)
    return Path(root)
