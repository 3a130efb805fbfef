"""Keys of a config that nothing takes, found before anything is built.

A misspelt key of a class is an error deep inside of a training's start, or
none at all where a host's class swallows what it does not know. Here each
dict with a ``type`` is compared with the signature of its class.
"""
import ast
import inspect
import re
import textwrap
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import (Any, Collection, Dict, FrozenSet, Iterator, List, Optional,
                    Tuple, Union)

from mmengine.config import Config
from mmengine.hooks import CheckpointHook
from mmengine.runner import Runner

from mmgesture import registry
from .preflight import PreflightError

__all__ = ['accepted_keys', 'check_keys', 'check_option_names']

#: Whose classes are compared. Layers of torch and MMCV are not: what builds
#: them takes keys out before (``requires_grad`` of a ``norm_cfg``).
CHECKED = ('mmgesture.', 'mmaction.', 'mmcv.transforms.', 'mmengine.dataset.',
           'mmengine.hooks.', 'mmengine.optim.', 'mmengine.runner.',
           'torch.optim.')

#: Keys that the builder of a registry takes for itself.
BUILDERS_OWN = dict(
    HOOKS={'priority'},
    LOOPS={'by_epoch'},
    OPTIM_WRAPPERS={'constructor', 'paramwise_cfg'},
    PARAM_SCHEDULERS={'convert_to_iter_based', 'epoch_length'})

#: Classes that the runner replaces by ours, which take more.
REPLACED = dict(
    CheckpointHook='SafeCheckpointHook',
    OptimWrapper='GuardedOptimWrapper',
    EpochBasedTrainLoop='ResumableEpochLoop',
    IterBasedTrainLoop='ResumableIterLoop')

#: Classes whose ``**kwargs`` are the arguments of a function.
PASSED_TO = {CheckpointHook: Runner.save_checkpoint}

#: Names at the top of a config that are read, besides the runner's.
TOP_LEVEL = ('activation_checkpointing', 'ann_file', 'compile',
             'custom_imports', 'data_root', 'default_scope',
             'efficient_conv_bn_eval', 'find_unused_parameters',
             'model_wrapper_cfg', 'pretrained', 'runner_type', 'stream',
             'sync_bn')


def _passed_on(init: Any, name: str) -> Optional[FrozenSet[str]]:
    """Where a constructor's ``**name`` goes.

    Returns:
        frozenset[str] | None: It goes to the next class; the keys that are
        taken out before. None: somewhere else.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(init)))
    uses = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == name
    ]
    to_super, taken = not uses, set()  # a swallowed key has no effect
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(
                node.func, ast.Attribute):
            continue
        owner = node.func.value
        if node.func.attr == '__init__' and any(
                word.arg is None and isinstance(word.value, ast.Name)
                and word.value.id == name for word in node.keywords):
            to_super = True
        if isinstance(owner, ast.Name) and owner.id == name and \
                node.func.attr in ('get', 'pop') and node.args and \
                isinstance(node.args[0], ast.Constant):
            taken.add(node.args[0].value)
    return frozenset(taken) if to_super else None


@lru_cache(maxsize=None)
def accepted_keys(kind: type) -> Optional[FrozenSet[str]]:
    """Names that the constructor of a class takes.

    ``**kwargs`` that are passed on are followed to the base classes.

    Args:
        kind (type): The class.

    Returns:
        frozenset[str] | None: The names; None: any.
    """
    names = set()
    for owner in kind.__mro__:
        init = vars(owner).get('__init__')
        if init is None or owner.__module__.startswith('torch.nn.modules'):
            continue
        if owner is object:
            break
        try:
            parameters = list(inspect.signature(init).parameters.values())[1:]
        except (TypeError, ValueError):
            return None
        names.update(p.name for p in parameters
                     if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
        rest = [p.name for p in parameters if p.kind == p.VAR_KEYWORD]
        if not rest:
            break
        if owner in PASSED_TO:
            names.update(inspect.signature(PASSED_TO[owner]).parameters)
            break
        taken = _passed_on(init, rest[0])
        if taken is None:
            return None
        names |= taken
    return frozenset(names)


def _classes() -> Dict[str, List[Tuple[str, type]]]:
    """Registered classes by name, with the name of their registry."""
    found: Dict[str, List[Tuple[str, type]]] = {}
    for label in registry.__all__:
        here, known = getattr(registry, label), set()
        while here is not None:  # a child goes before its parent
            for name, kind in here.module_dict.items():
                if name not in known and inspect.isclass(kind):
                    found.setdefault(name, []).append((label, kind))
                known.add(name)
            here = here.parent
    return found


def _dicts(node: Any, path: str = '') -> Iterator[Tuple[str, Dict[str, Any]]]:
    """Yield each dict in a nest of dicts and lists with its path."""
    if isinstance(node, dict):
        yield path, node
        node = node.items()
        step = '{}.{}' if path else '{}{}'
    elif isinstance(node, (list, tuple)):
        node, step = enumerate(node), '{}[{}]'
    else:
        return
    for key, value in node:
        yield from _dicts(value, step.format(path, key))


def _candidates(kind: Any, classes: Dict[str, List[Tuple[str, type]]]
                ) -> List[Tuple[str, type]]:
    """The classes that a ``type`` may mean, all of them checked ones."""
    if isinstance(kind, str):
        scope, _, name = kind.rpartition('.')
        found = classes.get(REPLACED.get(name, name), [])
        found = found if scope in ('', 'mmaction') else []
    else:
        found = [pair for pair in classes.get(
            getattr(kind, '__name__', ''), []) if pair[1] is kind]
    ours = all(pair[1].__module__.startswith(CHECKED) for pair in found)
    return found if ours else []


def _nearest(name: str, names: Collection[str]) -> str:
    near = get_close_matches(name, sorted(names), 1)
    return (f'did you mean {near[0]}?'
            if near else f'known are {", ".join(sorted(names))}')


def _where(cfg: Config, key: str, options: Dict[str, Any]) -> str:
    """The file and line that a key stands in; the leaf goes first."""
    if any(key in str(option).split('.') for option in options):
        return '--cfg-options'
    file, found = str(cfg.filename), str(cfg.filename)
    number = 0
    for line in cfg.text.splitlines():
        number += 1
        if line.endswith('.py') and Path(line).is_file():
            file, number = line, 0
        elif re.search(rf'\b{re.escape(key)}\b', line):
            found = f'{file}:{number}'
    return found


def check_keys(cfg: Config,
               cfg_options: Optional[Dict[str, Any]] = None) -> None:
    """Check that the classes that a config names take the keys it gives them.

    Args:
        cfg (Config): The config, its ``custom_imports`` done.
        cfg_options (dict, optional): Values of the command line that are in
            it, for the message. Defaults to None.

    Raises:
        PreflightError: If a key is unknown; the message says where it
            stands, and the nearest known one.
    """
    classes, problems = _classes(), []
    for path, node in _dicts(cfg.to_dict()):
        found = _candidates(node.get('type'), classes)
        accepted: List[Collection[str]] = []
        for label, kind in found:
            names = accepted_keys(kind)
            if names is None:
                break
            accepted.append(names | BUILDERS_OWN.get(label, set()))
        else:
            keys = [key for key in node if key not in ('type', '_scope_')]
            wrong = [[k for k in keys if k not in names] for names in accepted]
            if not wrong or not all(wrong):
                continue
            for key in wrong[0]:
                problems.append(
                    f'{_where(cfg, str(key), cfg_options or {})}: '
                    f'{path}.{key}: {found[0][1].__name__} takes no {key!r}; '
                    + _nearest(str(key), accepted[0]))
    if problems:
        raise PreflightError('\n'.join(problems))


def _uses(cfg: Dict[str, Any], name: str, read: Collection[str]) -> List[str]:
    """Where the value of a config's variable ``name`` seems to be used."""
    value = cfg[name]
    nested = isinstance(value, (dict, list))
    return [
        f'{path}.{key}' for path, node in _dicts(
            {key: value for key, value in cfg.items() if key in read})
        for key, item in node.items()
        if path and item == value and (nested or key == name)
    ]


def check_option_names(config: Union[str, Path],
                       cfg_options: Optional[Dict[str, Any]]) -> None:
    """Check that what the command line changes is there to be changed.

    Args:
        config (str | Path): The config file.
        cfg_options (dict, optional): Dotted names and their values.

    Raises:
        PreflightError: If the first part of a name is neither in the config
            nor anything that a run reads, or if it is a variable of the
            config file, whose value was put into other places before.
    """
    if not cfg_options:
        return
    cfg = Config.fromfile(config, import_custom_modules=False).to_dict()
    read = {*TOP_LEVEL,
            *list(inspect.signature(Runner.__init__).parameters)[1:]}
    problems = []
    for name in cfg_options:
        first = str(name).split('.')[0]
        told = f'--cfg-options {name}: '
        if first not in cfg and first not in read:
            problems.append(f'{told}{config} has no {first!r}; '
                            + _nearest(first, {*cfg, *read}))
        elif first not in read:
            places = _uses(cfg, first, read)
            problems.append(
                f'{told}{first!r} is a variable of {config}, whose value is '
                'already where it is used; change it there: '
                + (', '.join(places) or 'nothing has it now'))
    if problems:
        raise PreflightError('\n'.join(problems))
