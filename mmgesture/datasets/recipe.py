"""The settings that a folder of made files was made with."""
import json
import os
from typing import Any, Dict

from mmgesture.fileio import atomic_write
from mmgesture.textio import read_json, shown

__all__ = ['check_recipe']


def check_recipe(path: str, recipe: Dict[str, Any], what: str) -> None:
    """Write the settings beside the files, or refuse to mix them.

    Args:
        path (str): The json file in the folder.
        recipe (dict): Settings asked for, plain values.
        what (str): What errors call the files.

    Raises:
        ValueError: If the files there were made with other settings.
    """
    if os.path.exists(path):
        found = read_json(path)
        if found != recipe:
            raise ValueError(f'{path}: the {what} there were made with '
                             f'{shown(found, 400)}, asked for {recipe}; '
                             'choose another output folder or remove them')
        return
    with atomic_write(path) as file:
        json.dump(recipe, file, indent=2)
        file.write('\n')
