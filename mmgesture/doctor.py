"""What is installed, what works, and why the rest does not.

``python -m mmgesture.doctor`` prints the report; ``tools/doctor.py`` prints
it even where the package itself cannot be imported.
"""
import argparse
import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Callable, List

OK, NOTE, FAIL = 'ok', 'note', 'fail'


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        topic (str): What was looked at.
        status (str): ``'ok'``, ``'note'`` (works without it) or ``'fail'``.
        detail (str): What was found, and what to do about it.
    """
    topic: str
    status: str
    detail: str


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ''


def check_python() -> List[Finding]:
    """Report the interpreter and the platform."""
    supported = (3, 10) <= sys.version_info[:2] <= (3, 12)
    return [
        Finding('python', OK if supported else FAIL,
                f'{platform.python_version()} on {platform.platform()}' +
                ('' if supported else '; 3.10 to 3.12 are supported'))
    ]


def check_host_packages() -> List[Finding]:
    """Report the versions of the packages that mmgesture stands on."""
    from mmgesture import compat
    findings = []
    for names in compat.REQUIRED:
        found = [f'{name} {_version(name)}' for name in names
                 if _version(name)]
        findings.append(
            Finding(names[0], OK if found else FAIL,
                    ', '.join(found) or 'not installed'))
    for name in ('numpy', 'opencv-python', 'scikit-learn'):
        findings.append(Finding(name, OK, _version(name) or 'not installed'))
    compat.check_versions()
    return findings


def check_mmcv() -> List[Finding]:
    """Report the two flavours of mmcv if both are there."""
    if not (_version('mmcv') and _version('mmcv-lite')):
        return []
    return [
        Finding(
            'mmcv', FAIL, 'mmcv and mmcv-lite are both installed and '
            'overwrite each other: pip uninstall mmcv mmcv-lite, then '
            'install one')
    ]


def check_package() -> List[Finding]:
    """Report whether ``import mmgesture`` works, and the host repairs."""
    import mmgesture
    from mmgesture import compat
    again = compat.apply()
    detail = f'{mmgesture.__version__} imports; host repairs in place'
    if again:
        return [Finding('mmgesture', FAIL, f'repairs do not hold: {again}')]
    return [Finding('mmgesture', OK, detail)]


def check_scan() -> List[Finding]:
    """Report which selective-scan backends work and why others do not."""
    from mmgesture.ops.library import kernel_name
    from mmgesture.ops.selective_scan import available_backends
    works = dict(cpu=f'works, {kernel_name()} kernels')
    return [
        Finding(f'scan backend {name}', OK if reason is None else NOTE,
                works.get(name, 'works') if reason is None else reason)
        for name, reason in available_backends().items()
    ]


def check_compiler() -> List[Finding]:
    """Report the C++ compiler that would build the extension."""
    name = os.environ.get('CXX') or shutil.which('c++') or shutil.which('g++')
    if not name:
        return [
            Finding('C++ compiler', NOTE, 'none; the C++ scan can only be '
                    'built with one (Debian: apt-get install g++)')
        ]
    out = subprocess.run([name, '--version'], capture_output=True, text=True)
    return [Finding('C++ compiler', OK, (out.stdout or name).splitlines()[0])]


def check_decoders() -> List[Finding]:
    """Report the video decoders; one of the two is enough."""
    findings = []
    for module, name in (('av', 'PyAV'), ('decord', 'decord')):
        try:
            loaded = importlib.import_module(module)
            findings.append(
                Finding(f'decoder {name}', OK, loaded.__version__))
        except Exception as error:  # a broken wheel may raise anything
            findings.append(
                Finding(f'decoder {name}', NOTE, f'{error} (pip install '
                        f'{module}); the other one is used'))
    if all(finding.status == NOTE for finding in findings):
        findings.append(Finding('decoder', FAIL, 'no decoder works'))
    return findings


def check_machine() -> List[Finding]:
    """Report processor features, threads and the GPU."""
    import torch
    flags = set()
    if os.path.exists('/proc/cpuinfo'):
        with open('/proc/cpuinfo', encoding='utf-8') as file:
            for line in file:
                if line.startswith(('flags', 'Features')):
                    flags = set(line.split(':', 1)[1].split())
                    break
    known = [
        name for name in ('avx2', 'fma', 'avx512f', 'avx512_bf16',
                          'amx_bf16', 'asimd') if name in flags
    ]
    findings = [
        Finding(
            'processor', OK, f'{os.cpu_count()} cores, '
            f'{torch.get_num_threads()} threads in torch, '
            f'{" ".join(known) or "no vector features known"}')
    ]
    if torch.cuda.is_available():
        findings.append(
            Finding('GPU', OK, torch.cuda.get_device_name() +
                    f', CUDA {torch.version.cuda}'))
    else:
        findings.append(
            Finding('GPU', NOTE, 'none that this torch '
                    f'({torch.__version__}) can use; everything runs on CPU'))
    return findings


def check_optional() -> List[Finding]:
    """Report the packages of the extras, importing each to be sure."""
    findings = []
    for module, extra in (('mamba_ssm', 'gpu'), ('mmdet', 'pose'),
                          ('mmpose', 'pose')):
        try:
            loaded = importlib.import_module(module)
            findings.append(
                Finding(module, OK, getattr(loaded, '__version__', '')))
        except Exception as error:  # a wrong ABI raises OSError and others
            version = _version(module.replace('_', '-'))
            broken = f'version {version} is installed, but broken: build ' \
                'it again for this torch, or uninstall it. ' \
                if version else ''
            findings.append(
                Finding(module, NOTE, f'{broken}{type(error).__name__}: '
                        f'{error} (extra [{extra}])'))
    return findings


def check_checkpoints() -> List[Finding]:
    """Report whether checkpoints of a training load without unpickling."""
    import numpy as np
    from mmengine.logging import HistoryBuffer

    from mmgesture.engine import load_local, save_checkpoint
    history = HistoryBuffer()
    history.update(np.float64(1))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'doctor.pth')
        save_checkpoint(dict(message_hub=dict(log_scalars=dict(x=history))),
                        path)
        load_local(path)
    return [
        Finding(
            'checkpoints', OK, 'ours are read with weights_only=True; those '
            'of others may be refused, see doctor.py --checkpoint FILE')
    ]


def check_checkpoint(path: str) -> Finding:
    """Report whether a checkpoint can be read, and why not.

    Args:
        path (str): The file.

    Returns:
        Finding: 'ok', or 'fail' with what the file would import.
    """
    from mmgesture.engine import CheckpointError, read_meta
    try:
        meta = read_meta(path)
    except (CheckpointError, OSError) as error:
        return Finding(os.path.basename(path), FAIL, str(error))
    known = {key: meta[key] for key in ('config_name', 'mmgesture_version',
                                        'epoch', 'iter') if key in meta}
    words = ', '.join(f'{key} {value}' for key, value in known.items())
    return Finding(os.path.basename(path), OK,
                   words or 'tensors and plain types')


def check_settings() -> List[Finding]:
    """Report settings of the environment that undo a protection."""
    name = 'TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD'
    if os.environ.get(name):
        return [
            Finding(name, FAIL, 'is set: every checkpoint may run code when '
                    'it is loaded; unset it')
        ]
    return []


CHECKS: List[Callable[[], List[Finding]]] = [
    check_python, check_mmcv, check_host_packages, check_package, check_scan,
    check_compiler, check_decoders, check_machine, check_optional,
    check_checkpoints, check_settings
]


def diagnose() -> List[Finding]:
    """Run every check; one that breaks is reported, not raised.

    Returns:
        list[Finding]: The findings, in the order of the report.
    """
    findings = []
    for check in CHECKS:
        try:
            findings.extend(check())
        except Exception as error:  # a broken environment is the subject
            findings.append(
                Finding(check.__name__.replace('check_', ''), FAIL,
                        f'{type(error).__name__}: {error}'))
    return findings


def main() -> int:
    """Print the report.

    Returns:
        int: 1 if something that is needed does not work, else 0.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--json', action='store_true', help='print json')
    parser.add_argument(
        '--checkpoint', nargs='+', default=[], metavar='FILE',
        help='say of these too whether they can be read')
    args = parser.parse_args()
    findings = diagnose() + [check_checkpoint(p) for p in args.checkpoint]
    if args.json:
        sys.stdout.write(json.dumps([asdict(f) for f in findings], indent=1))
        sys.stdout.write('\n')
    else:
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table
        table = Table('', 'what', 'found', box=None, pad_edge=False)
        marks = {OK: '[green]ok', NOTE: '[yellow]--', FAIL: '[red]FAIL'}
        for finding in findings:
            table.add_row(marks[finding.status], finding.topic,
                          escape(finding.detail))
        Console().print(table)
    return int(any(finding.status == FAIL for finding in findings))


if __name__ == '__main__':
    sys.exit(main())
