"""What train.py and test.py share: their options, and a look before torch.

Importing mmgesture imports torch and MMAction2, which takes long. A missing
file should be told in a second, so the checks are run by their path.
"""
import os
import runpy
import sys
from importlib.util import find_spec
from pathlib import Path

from mmengine.config import DictAction


def add_options(parser):
    """Add the options that training and testing have in common."""
    add = parser.add_argument
    add('--work-dir', help='results; default: work_dirs/<config>')
    add('--data-root', help="folder of the data, instead of the config's")
    add('--trust-checkpoint', action='store_true',
        help='unpickle checkpoints, which can run any code in them')
    add('--launcher', default='none',
        choices=['none', 'pytorch', 'slurm', 'mpi'])
    add('--cfg-options', nargs='*', action=DictAction, metavar='KEY=VALUE',
        help='change values of the config')


def fail(error, code):
    """Tell what went wrong without a traceback, and exit."""
    print(f'{Path(sys.argv[0]).name}: {error}', file=sys.stderr)
    sys.exit(code)


def preflight(args, needs):
    """Look for missing files.

    Args:
        args (Namespace): The parsed options.
        needs (Callable): From the config to the arguments of
            ``preflight.check`` that follow it.
    """
    os.environ.setdefault('LOCAL_RANK', '0')
    package = find_spec('mmgesture')
    if package is None:
        fail('mmgesture is not installed; in its folder: pip install -e .', 2)
    path = Path(package.origin).parent / 'apis' / 'preflight.py'
    checks = runpy.run_path(str(path))
    try:
        cfg = checks['load_config'](args.config, args.cfg_options,
                                    args.data_root)
        checks['check'](cfg, *needs(cfg))
    except checks['PreflightError'] as error:
        fail(error, 2)
