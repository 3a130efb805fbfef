import numpy as np
import pytest

from mmgesture.datasets.features import has_features, write_features
from mmgesture.datasets.features.writing import feature_file
from mmgesture.manifest import Manifest

RECIPE = dict(stride=1, window=1, fps=None, made_by={})


def test_written_features_are_known_by_their_checksum(tmp_path):
    folder = str(tmp_path)
    assert not has_features(folder, 'v')
    path = write_features(folder, 'v', np.ones((3, 2)), RECIPE)
    assert has_features(folder, 'v')
    assert Manifest(folder).problems() == []
    data = bytearray((tmp_path / 'v.npy').read_bytes())
    data[-1] ^= 1  # as long as before, and an array still
    (tmp_path / 'v.npy').write_bytes(data)
    assert np.load(path, allow_pickle=False).shape == (3, 2)
    assert not has_features(folder, 'v')


def test_features_from_elsewhere_are_believed_if_they_can_be_read(tmp_path):
    np.save(tmp_path / 'v.npy', np.ones((3, 2)))
    assert has_features(str(tmp_path), 'v')
    (tmp_path / 'v.npy').write_bytes(b'cut')
    assert not has_features(str(tmp_path), 'v')


@pytest.mark.parametrize('name', ['../v', '/etc/v', 'a/../../v', '..', ''])
def test_name_of_a_video_leads_out_of_no_folder(tmp_path, name):
    for use in (lambda: feature_file(str(tmp_path), name),
                lambda: has_features(str(tmp_path), name),
                lambda: write_features(str(tmp_path), name, np.ones((1, 1)),
                                       RECIPE)):
        with pytest.raises(ValueError, match='names a file below'):
            use()
