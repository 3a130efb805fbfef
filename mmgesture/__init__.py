"""mmgesture: micro-gesture recognition on top of MMAction2.

``import mmgesture`` is all that a config needs
(``custom_imports = dict(imports=['mmgesture'])``): it checks the versions of
the host packages, repairs what is broken in them, and registers every model,
data set, transform, metric and hook of this package with MMAction2.
"""
from . import compat
from .resources import get_config
from .version import __version__

compat.check_versions()
compat.apply()

from . import datasets, engine, evaluation, models  # noqa: E402,F401

__all__ = ['__version__', 'get_config']
