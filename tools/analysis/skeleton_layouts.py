#!/usr/bin/env python
"""Draw the skeleton layouts: joints, edges, sides and centres.

    skeleton_layouts.py --out layouts.png
    skeleton_layouts.py imigue-36 --out imigue-36.pdf --joints
"""
import argparse
import sys
from typing import Optional, Sequence

from rich.console import Console
from rich.table import Table

from mmgesture.structures.skeleton import get_layout, layout_names
from mmgesture.visualization.skeleton_layout import draw_layouts


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('layouts', nargs='*', metavar='LAYOUT',
                        help=f'of {", ".join(layout_names())} (default: all)')
    parser.add_argument('--out', required=True, metavar='FILE',
                        help='.png, .pdf or .svg')
    parser.add_argument('--joints', action='store_true',
                        help='also print the table of joints')
    return parser.parse_args(argv)


def joint_table(name: str) -> Table:
    """Number, name, parent, mirror image and part of every joint."""
    layout = get_layout(name)
    part = {j: p for p, joints in layout.parts.items() for j in joints}
    table = Table(title=name)
    for column in ('joint', 'name', 'parent', 'mirrored', 'part'):
        table.add_column(column)
    for joint, (parent, mirror) in enumerate(
            zip(layout.parents, layout.flip_index)):
        table.add_row(str(joint), layout.joints[joint], str(parent),
                      str(mirror), part[joint])
    return table


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    names = args.layouts or list(layout_names())
    try:
        draw_layouts(args.out, names)
    except (OSError, ValueError) as error:
        print(f'skeleton_layouts.py: {error}', file=sys.stderr)
        return 1
    if args.joints:
        for name in names:
            Console().print(joint_table(name))
    print(f'{len(names)} layouts drawn, written to {args.out}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
