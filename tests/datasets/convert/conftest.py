"""What the converter tests share."""
import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope='session')
def imigue_layout():
    """The module that writes small iMiGUE sets."""
    spec = importlib.util.spec_from_file_location(
        'imigue_layout', Path(__file__).with_name('imigue_layout.py'))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
