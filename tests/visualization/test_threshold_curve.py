"""F1 against the threshold."""
import cv2
import pytest

from mmgesture.visualization import draw_threshold_curve


@pytest.mark.parametrize('curve, threshold', [
    ([(0.1, 0.2), (0.4, 0.7), (0.8, 0.3)], 0.45), ([], 0.5)])
def test_the_chosen_threshold_is_marked(tmp_path, curve, threshold):
    path = tmp_path / 'curve.png'
    draw_threshold_curve(curve, threshold, path, dpi=80)
    picture = cv2.imread(str(path))
    assert picture.shape[1] == round(4.2 * 80)
    blue, green, red = picture.reshape(-1, 3).astype(int).T
    assert ((red > 180) & (green < 120) & (blue < 60)).sum() > 20
