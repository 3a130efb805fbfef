"""Draw one clip in several modalities: a row for each folder.

Example:
    python tools/modalities/preview.py Sample0001/Sample0001_color.mp4 \\
        colour=data/mini_smg taylor=data/mini_smg_taylor --out preview.png
"""
import argparse
import os
import sys

import numpy as np
from rich.console import Console

from mmgesture.datasets import UnreadableMediaError, open_video
from mmgesture.visualization.activation_maps import (MapRow,
                                                     draw_activation_maps)


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('video', help='name below each of the folders')
    parser.add_argument('rows', nargs='+', metavar='LABEL=ROOT')
    parser.add_argument('--out', required=True, help='image to write')
    parser.add_argument('--start', type=int, default=0)
    parser.add_argument('--end', type=int, help='default: end of the file')
    parser.add_argument('--columns', type=int, default=6)
    parser.add_argument('--title')
    return parser.parse_args(argv)


def main(argv=None) -> int:
    """Read a few frames of each folder and draw them."""
    args = parse_args(argv)
    errors = Console(stderr=True)
    rows = []
    try:
        for text in args.rows:
            label, found, root = text.partition('=')
            if not found:
                raise ValueError(f'expected LABEL=ROOT, got {text!r}')
            with open_video(os.path.join(root, args.video)) as reader:
                end = min(args.end or len(reader), len(reader))
                chosen = np.linspace(args.start, end - 1,
                                     args.columns).round().astype(int)
                rows.append(MapRow(label, reader.get_frames(chosen)))
        draw_activation_maps(rows, chosen.tolist(), args.out, args.columns,
                             args.title)
    except (ValueError, IndexError, OSError, UnreadableMediaError) as error:
        errors.print(str(error), style='red', markup=False)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
