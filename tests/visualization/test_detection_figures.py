"""Figures of localisation errors.

detection_errors, operating_errors, error_gallery, class_counts.
"""
import math

import cv2
import numpy as np
import pytest

from mmgesture.visualization import (ErrorStrip, draw_class_counts,
                                     draw_detection_errors,
                                     draw_error_gallery,
                                     draw_operating_errors)

KINDS = ('true positive', 'double detection', 'wrong label', 'localisation',
         'confusion', 'background')


def share(path, rgb, tolerance=12):
    """Share of a picture that has a colour."""
    picture = cv2.imread(str(path))[..., ::-1].astype(int)
    return (np.abs(picture - rgb).max(-1) < tolerance).mean()


@pytest.mark.parametrize('missed', [0.4, math.nan])
def test_the_errors_of_detad_are_one_page(tmp_path, missed):
    ranges = dict(length=dict(XS=missed, S=math.nan), coverage=dict(XS=0.))
    path = tmp_path / 'e.png'
    draw_detection_errors(
        ranges, missed, np.full((10, 6), 1 / 6), dict.fromkeys(KINDS[1:], .1),
        KINDS, ranges, missed, path, 'title', dpi=60)
    picture = cv2.imread(str(path))
    assert picture.shape[1] == round(7.2 * 60)
    # every kind has its share of the middle panel
    assert share(path, (0, 158, 115)) > 0.01
    assert (share(path, (213, 94, 0)) > 0.01) == (missed == 0.4)


def test_errors_at_the_operating_point(tmp_path):
    path = tmp_path / 'o.png'
    draw_operating_errors(
        dict(zip(KINDS, range(6, 0, -1))), dict(a=3, b=0),
        np.random.default_rng(0).normal(size=50), [], 's', path, dpi=60)
    assert share(path, (0, 114, 178)) > 0.01 < share(path, (213, 94, 0))


def test_a_gallery_shows_the_frames(tmp_path):
    frames = np.zeros((4, 30, 40, 3), np.uint8)
    frames[..., 0] = 250
    strip = ErrorStrip(frames, 'this (0.9)', 'that', 'v, 3 s')
    path = tmp_path / 'g.png'
    draw_error_gallery([strip, strip], path, 'title', dpi=60)
    assert share(path, (250, 0, 0)) > 0.5
    with pytest.raises(ValueError, match='at least one'):
        draw_error_gallery([], path)


def test_class_counts_before_and_after(tmp_path):
    path = tmp_path / 'c.png'
    draw_class_counts([5, 50, 0], [20, 50, 0], list('abc'), path, 'title',
                      dpi=60)
    # blue: 55 of the longest bar of 50; orange: 70 of it
    ratio = share(path, (230, 159, 0)) / share(path, (0, 114, 178))
    assert ratio == pytest.approx(70 / 55, rel=0.15)
    with pytest.raises(ValueError, match='as many counts'):
        draw_class_counts([1], [1, 2], ['a'], path)
