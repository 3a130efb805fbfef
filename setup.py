"""Builds the C++ backend and packs configs and tools into the wheel.

Everything static is in pyproject.toml. The extension knows nothing of torch
(it is loaded through ctypes), so build isolation cannot hide torch from it
and the build cannot pull a torch in. Where it cannot be compiled the package
installs all the same and uses the torch backend.
"""
import shutil
from glob import glob
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
EXTENSION = 'mmgesture.ops._selective_scan'
FLAGS = [
    '-O3', '-std=c++17', '-ffp-contract=off', '-fno-math-errno',
    '-fno-trapping-math', '-fvisibility=hidden', '-g0'
]


class BuildScan(build_ext):
    """Compiles with OpenMP, without it if that fails, or not at all."""

    def build_extension(self, ext):
        for openmp in (['-fopenmp'], []):
            ext.extra_compile_args = FLAGS + openmp
            ext.extra_link_args = openmp
            try:
                build_ext.build_extension(self, ext)
                return
            except Exception as error:
                reason = error
        self.warn(f'{EXTENSION} could not be compiled ({reason}). mmgesture '
                  'works without it, through its slower torch backend; '
                  'install a C++ compiler (Debian: g++) and reinstall to '
                  'get it.')

    def get_export_symbols(self, ext):
        # A library for ctypes has no Python init function to export.
        return ext.export_symbols


class BuildWithResources(build_py):
    """Copies configs, tools and the model index to ``mmgesture/.mim``."""

    def run(self):
        super().run()
        if self.editable_mode:
            return  # a checkout is used where it stands
        target = Path(self.build_lib) / 'mmgesture' / '.mim'
        shutil.rmtree(target, ignore_errors=True)
        ignore = shutil.ignore_patterns('__pycache__', '*.pyc', 'results')
        for name in ('configs', 'tools'):
            shutil.copytree(ROOT / name, target / name, ignore=ignore)
        shutil.copy2(ROOT / 'model-index.yml', target)


setup(
    ext_modules=[
        Extension(
            EXTENSION,
            sources=sorted(glob('mmgesture/ops/csrc/*.cpp')),
            depends=sorted(glob('mmgesture/ops/csrc/*.h')),
            language='c++',
            optional=True)
    ],
    cmdclass=dict(build_ext=BuildScan, build_py=BuildWithResources))
