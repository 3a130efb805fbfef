import os

from mmgesture.datasets.results import results_of
from mmgesture.structures import GestureRecord


def test_paths_become_absolute_and_further_keys_stay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    record = GestureRecord('s', 'größe 1/a b.mp4', 3, 4, 0, depth='d.mp4',
                           extra=dict(view=2))
    found = results_of(record, 'root')
    assert found['filename'] == os.path.join(tmp_path, 'root',
                                             'größe 1/a b.mp4')
    assert found['depth'] == str(tmp_path / 'root' / 'd.mp4')
    assert found['keypoints'] is None and found['view'] == 2
    assert (found['start'], found['end'], found['label']) == (3, 4, 0)
    assert results_of(record, None)['depth'] == str(tmp_path / 'd.mp4')
