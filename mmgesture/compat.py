"""Every repair of the host packages, in one place.

mmgesture stands on MMAction2 1.2.0, MMEngine 0.10.7 and MMCV 2.1.0 as PyPI
serves them. Their last releases are older than today's NumPy, PyTorch and
setuptools, and one wheel lacks a folder. Each repair below names what is
broken and in which version, does nothing where nothing is broken, and can
be applied any number of times.
"""
import importlib
import importlib.util
import sys
import types
import warnings
from importlib import metadata
from typing import Dict, List, Optional, Tuple

import numpy as np
from packaging.version import Version

__all__ = ['REQUIRED', 'apply', 'check_versions', 'installed_version']

# distribution names (any of them) -> lowest version, first version beyond
REQUIRED: Dict[Tuple[str, ...], Tuple[str, str]] = {
    ('torch', ): ('2.1', '2.14'),
    ('mmengine', 'mmengine-lite'): ('0.10.7', '0.11'),
    ('mmcv-lite', 'mmcv'): ('2.0.1', '2.2.0'),
    ('mmaction2', ): ('1.2.0', '1.3'),
    ('setuptools', ): ('40', '82'),
}

# Names that NumPy 2 removed and MMAction2 1.2.0 still uses, with the
# expression that NumPy itself recommends in their place.
NUMPY_ALIASES = {
    'Inf': lambda: np.inf,  # datasets/transforms/pose_transforms.py
    'trapz': lambda: np.trapezoid,  # evaluation/functional/accuracy.py
    'in1d': lambda: np.isin,  # evaluation/metrics/multimodal_metric.py
}

_DRN = 'mmaction.models.localizers.drn'


def installed_version(names: Tuple[str, ...]) -> Optional[str]:
    """Return the version of the first of ``names`` that is installed."""
    for name in names:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return None


def check_versions() -> None:
    """Check the versions of the packages that mmgesture stands on.

    Raises:
        ImportError: If one is missing or outside of the supported range;
            the message holds the command that mends it.
    """
    problems, wanted = [], []
    for names, (low, beyond) in REQUIRED.items():
        found = installed_version(names)
        if found is not None:
            base = Version(Version(found).base_version)
            if Version(low) <= base < Version(beyond):
                continue
        problems.append(f'{names[0]} >={low},<{beyond} is needed, '
                        f'{found or "none"} is installed')
        wanted.append(f'"{names[0]}>={low},<{beyond}"')
    if problems:
        raise ImportError('mmgesture cannot work with this environment: ' +
                          '; '.join(problems) +
                          f'. Run: pip install {" ".join(wanted)}')


def repair_numpy() -> List[str]:
    """Give NumPy 2 the three names that MMAction2 1.2.0 still uses."""
    repaired = []
    for name, current in NUMPY_ALIASES.items():
        if not hasattr(np, name):
            setattr(np, name, current())
            repaired.append(f'numpy.{name}')
    return repaired


def repair_importlib_metadata() -> List[str]:
    """Stand in for a package that MMAction2 1.2.0 uses but never declares."""
    name = 'importlib_metadata'
    if name in sys.modules or importlib.util.find_spec(name) is not None:
        return []
    sys.modules[name] = metadata
    return [name]


def repair_missing_drn() -> List[str]:
    """Stand in for a folder that PyPI's MMAction2 1.2.0 wheel lacks.

    ``mmaction.models.localizers`` imports ``.drn.drn``, whose folder was
    left out of the wheel, so ``import mmaction.models`` fails.
    """
    if _DRN in sys.modules:
        return []
    # Found through the parent's folder: find_spec on the dotted name would
    # import the parent, which is what fails.
    root = importlib.util.find_spec('mmaction').submodule_search_locations
    path = [f'{folder}/models/localizers' for folder in root]
    if importlib.machinery.PathFinder.find_spec('drn', path) is not None:
        return []

    class DRN:
        """Stand-in for a localizer that the installed wheel lacks."""

        def __init__(self, *args, **kwargs) -> None:
            raise ImportError('DRN is missing from the PyPI wheel of '
                              'mmaction2 1.2.0; install MMAction2 from its '
                              'repository to use it')

    package, module = types.ModuleType(_DRN), types.ModuleType(f'{_DRN}.drn')
    package.__path__ = []
    package.drn, module.DRN = module, DRN
    sys.modules[_DRN], sys.modules[f'{_DRN}.drn'] = package, module
    return [_DRN]


def repair_pretrained2d() -> List[str]:
    """Let ResNetTSM and SwinTransformer3D be built without a checkpoint.

    In MMAction2 1.2.0 both inflate 2-D weights in ``init_weights`` even when
    ``pretrained`` is None, and die of the missing file name.
    """
    repaired = []
    with warnings.catch_warnings():
        # mmcv-lite announces one compiled operator that nobody here uses.
        warnings.filterwarnings('ignore', message='Fail to import')
        importlib.import_module('mmaction.models')
    for module, name in (('resnet_tsm', 'ResNetTSM'),
                         ('swin', 'SwinTransformer3D')):
        cls = getattr(
            importlib.import_module(f'mmaction.models.backbones.{module}'),
            name)
        original = cls.init_weights
        if getattr(original, 'repaired_by_mmgesture', False):
            continue

        def init_weights(self, original=original) -> None:
            if self.pretrained2d and not self.pretrained:
                self.pretrained2d = False
            original(self)

        init_weights.repaired_by_mmgesture = True
        cls.init_weights = init_weights
        repaired.append(f'{name}.init_weights')
    return repaired


def repair_bfloat16_heads() -> List[str]:
    """Let heads count hits under bf16 autocast.

    ``BaseHead.loss_by_feat`` of MMAction2 1.2.0 turns the scores into a
    NumPy array, which has no bfloat16.
    """
    cls = importlib.import_module('mmaction.models.heads.base').BaseHead
    original = cls.loss_by_feat
    if getattr(original, 'repaired_by_mmgesture', False):
        return []

    def loss_by_feat(self, cls_scores, data_samples):
        return original(self, cls_scores.float(), data_samples)

    loss_by_feat.repaired_by_mmgesture = True
    cls.loss_by_feat = loss_by_feat
    return ['BaseHead.loss_by_feat']


def apply() -> List[str]:
    """Apply every repair that the installed versions need.

    Returns:
        list[str]: What was repaired by this call.
    """
    return (repair_numpy() + repair_importlib_metadata() +
            repair_missing_drn() + repair_pretrained2d() +
            repair_bfloat16_heads())
