"""Guards the house: what design and style promise, checked on every file."""
import ast
import inspect
import re
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / 'mmgesture'
MODULES = sorted(
    p.relative_to(PACKAGE) for p in PACKAGE.rglob('*.py')
    if '.mim' not in p.parts)
# Modules that may speak to the terminal, being programs.
PROGRAMS = {'doctor.py'}
FREE_OF_HOST = ('structures', 'ops', 'evaluation/functional', 'submission',
                'fileio.py')
# What each layer may not import: a package lower in the house, or beside.
FORBIDDEN = {
    'apis': ('analysis', ),
    'models': ('datasets', 'evaluation', 'submission', 'visualization',
               'apis', 'analysis', 'online'),
    'datasets': ('models', 'evaluation', 'submission', 'visualization',
                 'apis', 'analysis', 'online'),
    'evaluation/functional': ('models', 'datasets', 'apis', 'analysis',
                              'engine'),
    'submission': ('models', 'datasets', 'apis', 'analysis', 'engine'),
    'visualization': ('models', 'datasets', 'apis', 'analysis', 'engine',
                      'online'),
    'structures': ('models', 'datasets', 'evaluation', 'submission',
                   'visualization', 'apis', 'analysis', 'engine', 'ops'),
    'ops': ('models', 'datasets', 'evaluation', 'submission',
            'visualization', 'apis', 'analysis', 'engine'),
}


def tree(path):
    return ast.parse((PACKAGE / path).read_text(encoding='utf-8'))


def imports(path):
    """Absolute names of all that a module imports."""
    package = ('mmgesture', ) + path.parent.parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package[:len(package) - node.level + 1]
                stem = '.'.join(base + tuple(filter(None, [node.module])))
            else:
                stem = node.module
            yield stem
            yield from (f'{stem}.{alias.name}' for alias in node.names)


@pytest.mark.parametrize('path', MODULES, ids=str)
def test_module_has_no_print_bare_except_or_path_edit(path):
    for node in ast.walk(tree(path)):
        where = f'{path}:{getattr(node, "lineno", 0)}'
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f'bare except in {where}'
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != 'print', f'print in {where}'
        if isinstance(node, ast.Attribute) and node.attr == 'path':
            assert not (isinstance(node.value, ast.Name)
                        and node.value.id == 'sys'), f'sys.path in {where}'


@pytest.mark.parametrize('path', MODULES, ids=str)
def test_imports_go_from_top_to_bottom(path):
    text = path.as_posix()
    found = set(imports(path))
    for layer, forbidden in FORBIDDEN.items():
        if text.startswith(f'{layer}/') or text == layer:
            for name in forbidden:
                bad = [
                    i for i in found if i == f'mmgesture.{name}'
                    or i.startswith(f'mmgesture.{name}.')
                ]
                assert not bad, f'{path} imports {bad}'
    if text.startswith(FREE_OF_HOST):
        bad = [i for i in found if i.split('.')[0] in ('mmengine', 'mmaction')]
        assert not bad, f'{path} imports {bad}'


@pytest.mark.parametrize(
    'path', [p for p in MODULES if p.name != '__init__.py'], ids=str)
def test_module_has_its_mirrored_test(path):
    own = REPOSITORY / 'tests' / path.parent / f'test_{path.name}'
    # A folder's small modules may share the test of their folder.
    folder = REPOSITORY / 'tests' / path.parent
    shared = [
        t for t in folder.glob('test_*.py')
        if re.search(rf'\b{path.stem}\b', t.read_text(encoding='utf-8'))
    ]
    constant = path.name in ('version.py', 'registry.py')
    assert own.is_file() or shared or constant, f'no test for {path}'


@pytest.mark.parametrize('path', MODULES, ids=str)
def test_module_and_public_functions_have_docstrings(path):
    module = tree(path)
    assert ast.get_docstring(module), f'{path} has no docstring'
    for node in module.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and \
                not node.name.startswith('_'):
            assert ast.get_docstring(node), f'{path}: {node.name}'


@pytest.mark.parametrize('path', MODULES, ids=str)
def test_documented_arguments_are_the_signature(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            init = [
                n for n in node.body
                if isinstance(n, ast.FunctionDef) and n.name == '__init__'
            ]
            pairs = [(ast.get_docstring(node), init[0])] if init else []
        elif isinstance(node, ast.FunctionDef):
            pairs = [(ast.get_docstring(node), node)]
        else:
            continue
        for doc, function in pairs:
            section = re.search(r'^Args:\n((?:[ ]+.*\n?|\n)*)', doc or '',
                                re.M)
            if not section:
                continue
            indent = re.match(r' +', section.group(1)).group()
            named = re.findall(rf'^{indent}(\*{{0,2}}\w+)(?: \(|:)',
                               section.group(1), re.M)
            a = function.args
            real = [x.arg for x in a.posonlyargs + a.args + a.kwonlyargs]
            real += [a.vararg.arg] if a.vararg else []
            real += [a.kwarg.arg] if a.kwarg else []
            unknown = {n.lstrip('*') for n in named} - set(real)
            assert not unknown, f'{path}: {function.name}: {unknown}'


LEAVES = sorted(
    p for p in (REPOSITORY / 'configs').rglob('*.py')
    if '_base_' not in p.parts)


@pytest.mark.parametrize(
    'path', LEAVES, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_leaf_config_is_short(path):
    assert len(path.read_text().splitlines()) <= 25


def test_every_path_in_the_metafiles_exists():
    index = yaml.safe_load((REPOSITORY / 'model-index.yml').read_text())
    listed = set()
    for name in index['Import']:
        meta = yaml.safe_load((REPOSITORY / name).read_text())
        for model in meta['Models']:
            assert (REPOSITORY / model['Config']).is_file(), model['Config']
            listed.add(model['Config'])
    leaves = {p.relative_to(REPOSITORY).as_posix() for p in LEAVES}
    assert listed == leaves


@pytest.mark.parametrize(
    'path', [p for p in MODULES if p.name not in PROGRAMS], ids=str)
def test_module_is_a_small_room(path):
    lines = inspect.cleandoc((PACKAGE / path).read_text()).splitlines()
    assert len(lines) <= 310, f'{path} has {len(lines)} lines'
    long = [i for i, line in enumerate(lines, 1) if len(line) > 79]
    assert not long, f'{path}: lines over 79 columns: {long}'
