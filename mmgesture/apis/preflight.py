"""What can be checked of a run before torch is imported.

``tools/train.py`` runs this file by its path, because importing the package
imports torch and MMAction2 first, and a missing file should be told in a
second. So it imports the standard library and MMEngine's config only, and
nothing of this package.
"""
import json
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Union

from mmengine.config import Config

__all__ = [
    'PreflightError', 'check', 'innermost_datasets', 'load_config',
    'pretrained_files', 'read_manifest', 'set_pretrained'
]

STAGES = ('train', 'val', 'test')
MANIFEST = Path(__file__).with_name('weights_manifest.json')

#: How to come by data: ``sets`` by a word in the data root, ``own``, ``toy``.
ACCESS = MANIFEST.with_name('data_access.json')


class PreflightError(RuntimeError):
    """A run cannot start; the message says what to do."""


def innermost_datasets(dataset: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Follow wrappers down to the configs of the data sets.

    Args:
        dataset (dict): Config of a data set, or of a wrapper with a
            ``dataset`` (repeat) or ``datasets`` (concatenate).

    Returns:
        list[dict]: The innermost configs, in order.
    """
    inner = list(dataset.get('datasets') or ())
    if 'dataset' in dataset:
        inner.append(dataset['dataset'])
    if not inner:
        return [dataset]
    return [leaf for item in inner for leaf in innermost_datasets(item)]


def load_config(config: Union[str, Path],
                cfg_options: Optional[Dict[str, Any]] = None,
                data_root: Optional[str] = None,
                imports: bool = False) -> Config:
    """Read a config and apply the options of the command line.

    Args:
        config (str | Path): The config file.
        cfg_options (dict, optional): Values to change. ``data_root`` and
            ``ann_file`` at the top reach every data set, ``pretrained`` at
            the top every ``init_cfg`` of type Pretrained. Defaults to None.
        data_root (str, optional): Folder of the data; goes before the one in
            ``cfg_options``. Defaults to None.
        imports (bool): Do the config's ``custom_imports``. Defaults to
            False.

    Returns:
        Config: The config.

    Raises:
        PreflightError: If there is no such file, or one folder would replace
            several.
    """
    path = Path(config)
    if not path.is_file():
        folder = path.parent if path.parent.is_dir() else Path('.')
        near = sorted(str(p) for p in folder.glob('*.py'))[:12]
        raise PreflightError(
            f'no config at {path.absolute()}' +
            (f'; there are: {", ".join(near)}' if near else
             '; run from the folder that holds configs/, or give its path'))
    cfg = Config.fromfile(path, import_custom_modules=imports)
    options = dict(cfg_options or {})
    cfg.merge_from_dict(options)
    data_root = data_root or options.get('data_root')
    for key, value in (('data_root', data_root),
                       ('ann_file', options.get('ann_file'))):
        if value:
            cfg[key] = value
            for stage in STAGES:
                loader = cfg.get(f'{stage}_dataloader')
                if loader:
                    _set_everywhere(loader.dataset, key, value)
    if options.get('pretrained'):
        set_pretrained(cfg, options['pretrained'])
    return cfg


def _set_everywhere(dataset: Dict[str, Any], key: str, value: str) -> None:
    """Change an entry of a data set, or of several that share theirs."""
    inner = innermost_datasets(dataset)
    found = {str(item.get(key)) for item in inner}
    if len(found) > 1:
        option = '--data-root' if key == 'data_root' else key
        raise PreflightError(
            f'one {option} cannot replace the {len(found)} of the sets '
            f'that are joined ({sorted(found)}); change them one by one with '
            '--cfg-options')
    for item in inner:
        item[key] = value


def _walk(node: Any) -> Iterator[Dict[str, Any]]:
    """Yield each dict in a nest of dicts and lists."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, (list, tuple)):
        for item in node:
            yield from _walk(item)


def _is_pretrained(node: Any) -> bool:
    return isinstance(node, dict) and node.get('type') == 'Pretrained'


def pretrained_files(cfg: Config) -> Dict[str, str]:
    """Return the weight files that a config's model starts from.

    Args:
        cfg (Config): The config.

    Returns:
        dict[str, str]: The ``checkpoint`` of each ``init_cfg`` of type
        Pretrained and each ``pretrained`` that names a file, to the prefix
        of the names in it.
    """
    found = {}
    for node in _walk(cfg.get('model') or {}):
        if _is_pretrained(node):
            found[str(node.get('checkpoint'))] = node.get('prefix') or ''
        elif isinstance(node.get('pretrained'), str):
            found[node['pretrained']] = ''
    return found


def set_pretrained(cfg: Config, checkpoint: Optional[str]) -> None:
    """Change the weight file that a config's model starts from, or drop it.

    Args:
        cfg (Config): The config, changed in place.
        checkpoint (str | None): The file; None trains from scratch.

    Raises:
        PreflightError: If a file is given and the model names none.
    """
    changed = 0
    for node in _walk(cfg.get('model') or {}):
        if checkpoint and _is_pretrained(node):
            node['checkpoint'] = checkpoint
            changed += 1
        if isinstance(node.get('pretrained'), str):
            node['pretrained'] = checkpoint
            changed += 1
        init_cfg = node.get('init_cfg')
        if checkpoint is None and _is_pretrained(init_cfg):
            node['init_cfg'] = None
        elif checkpoint is None and isinstance(init_cfg, (list, tuple)):
            node['init_cfg'] = [x for x in init_cfg if not _is_pretrained(x)]
    if checkpoint and not changed:
        raise PreflightError(
            f'pretrained={checkpoint!r} was asked for, but the model of the '
            'config has no init_cfg of type Pretrained to put it in; give '
            'whole-model weights with --load-from')


def read_manifest() -> Dict[str, Any]:
    """Return the list of known weight files.

    Returns:
        dict: ``files`` (list of dict with file, source, sha256, ...),
        ``converted`` (dict: file name -> ``from`` and ``target``),
        ``as_is`` (dict: file name -> ``what``, ``source``, ``sha256``) and
        ``trained`` (dict: file name -> the config that makes it).
    """
    with open(MANIFEST, encoding='utf-8') as file:
        return json.load(file)


def _head_problem(cfg: Config, path: Path) -> Optional[str]:
    """Compare the head's number of classes with the data set's."""
    head = (cfg.get('model') or {}).get('cls_head') or {}
    wanted = head.get('num_classes')
    with open(path, encoding='utf-8', errors='replace') as file:
        try:
            found = len(json.loads(file.readline())['classes'])
        except (ValueError, KeyError, TypeError):
            return None  # the reader says what is wrong with the file
    if wanted is None or wanted == found:
        return None
    return (f'the head of the model has {wanted} classes, {path} lists '
            f'{found}: use the config of that data set, or add '
            f'--cfg-options model.cls_head.num_classes={found}')


def _absence(path: Path, users: List[str]) -> str:
    """Say how to come by an annotation file that is not there."""
    access = json.loads(ACCESS.read_text(encoding='utf-8'))
    name = path.parent.name.lower()
    how = [
        text.format(root=path.parent) for word, text in access['sets'].items()
        if word in name and 'mini' not in name
    ]
    return '\n  '.join([
        f'no annotation file at {path.absolute()} (for {" and ".join(users)})',
        *how, access['own'], access['toy']
    ])


def _annotation_problems(cfg: Config, stages: Sequence[str]) -> List[str]:
    users: Dict[Path, List[str]] = {}
    for stage in stages:
        loader = cfg.get(f'{stage}_dataloader')
        for dataset in innermost_datasets(loader.dataset) if loader else ():
            if 'ann_file' in dataset:
                root = Path(dataset.get('data_root') or '')
                names = users.setdefault(root / dataset['ann_file'], [])
                names += [] if stage in names else [stage]
    problems = [
        _head_problem(cfg, path) if path.is_file() else _absence(path, names)
        for path, names in users.items()
    ]
    return [problem for problem in problems if problem]


def _pretrained_problems(cfg: Config) -> List[str]:
    manifest = read_manifest()
    sources = {entry['file']: entry for entry in manifest['files']}
    problems = []
    for file, prefix in pretrained_files(cfg).items():
        path = Path(file).expanduser()
        if path.is_file():
            continue
        where = ('is not a local file, and nothing is downloaded at run time'
                 if '://' in file else f'is not there ({path.absolute()})')
        lines = [f'the recipe starts from {file}, which {where}']
        known = manifest['as_is'].get(path.name)
        if known:
            lines.append('It is {what} under another name: {source}, sha256 '
                         '{sha256}'.format(**known))
        config = manifest['trained'].get(path.name)
        if config:
            lines.append('It is a checkpoint of your own training: python '
                         f'tools/train.py {config}, then copy its best '
                         f'checkpoint to {file}')
        how = manifest['converted'].get(path.name)
        if how:
            entry = sources[how['from']]
            digest = entry['sha256'] or 'not known'
            lines += [
                f'It is made of {entry["file"]} ({entry["what"]}; '
                f'{entry["source"]}; sha256 {digest}):',
                f'  python tools/deploy/convert_videomamba.py {entry["file"]} '
                f'{file} --arch {entry["arch"]} --target {how["target"]}' +
                (f' --prefix {prefix}' if prefix else ''),
                'Should the file hold more than tensors, the converter asks '
                'for --trust-checkpoint.'
            ]
        lines.append('Name another file with --pretrained FILE, or train '
                     'without it on purpose with --from-scratch')
        problems.append('\n  '.join(lines))
    return problems


def check(cfg: Config,
          stages: Sequence[str],
          weights: bool = True,
          checkpoint: Optional[str] = None) -> None:
    """Check that the files that a run needs are there.

    Args:
        cfg (Config): The config, see :func:`load_config`.
        stages (Sequence[str]): Which of 'train', 'val', 'test' are run.
        weights (bool): Whether the model's pretrained weights are needed.
            Defaults to True.
        checkpoint (str, optional): A checkpoint that is needed too. Defaults
            to None.

    Raises:
        PreflightError: If something is missing; the message says what, and
            how to get it.
    """
    problems = _annotation_problems(cfg, stages)
    if weights:
        problems += _pretrained_problems(cfg)
    if checkpoint and not Path(checkpoint).expanduser().is_file():
        problems.append(f'no checkpoint at {Path(checkpoint).absolute()}')
    if problems:
        raise PreflightError('\n'.join(problems))
