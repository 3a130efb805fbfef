import json

import pytest

from mmgesture.datasets.recipe import check_recipe


def test_settings_are_written_once_and_another_one_is_refused(tmp_path):
    path = tmp_path / 'new' / 'recipe.json'
    check_recipe(str(path), dict(size=64), 'clips')
    assert json.loads(path.read_text()) == dict(size=64)
    check_recipe(str(path), dict(size=64), 'clips')
    with pytest.raises(ValueError, match=r"the clips there.*64.*asked.*32"):
        check_recipe(str(path), dict(size=32), 'clips')
    assert json.loads(path.read_text()) == dict(size=64)
