#!/usr/bin/env python
"""Instances per class before and after oversampling (Figure 1 of paper 001).

    class_counts.py data/smg/annotations.jsonl --alpha 100 --out counts.png

Writes the figure and a csv beside it. An instance of a class with Z < alpha
training instances is shown R = ceil(log2(alpha / Z)) + 1 times in all.
"""
import argparse
import csv
import sys
from pathlib import Path
from typing import Optional, Sequence

import numpy as np
from rich.console import Console

from mmgesture.datasets.windows import copies_per_class
from mmgesture.fileio import atomic_write
from mmgesture.structures import read_annotations
from mmgesture.visualization import draw_class_counts

console = Console(soft_wrap=True, highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('annotations', help='annotation file')
    add('--split', default='train')
    add('--alpha', type=float, default=100.,
        help='classes with fewer instances are rare; the paper does not say '
        '(default: 100)')
    add('--out', required=True, help='figure to write')
    add('--title')
    return parser.parse_args(argv)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        annotations = read_annotations(args.annotations)
        labels = [r.label for r in annotations.select(args.split)
                  if r.label is not None]
        if not labels:
            raise ValueError(f'{args.annotations}: no labels in the split '
                             f'{args.split!r}')
        before = np.bincount(labels, minlength=len(annotations.classes))
        copies = copies_per_class(before, args.alpha)
        draw_class_counts(before, before * copies, annotations.classes,
                          args.out, args.title)
        table = Path(args.out).with_suffix('.csv')
        with atomic_write(table, newline='') as file:
            writer = csv.writer(file, lineterminator='\n')
            writer.writerow(['label', 'class', 'annotated', 'copies',
                             'with_copies'])
            for row in zip(range(len(before)), annotations.classes,
                           before.tolist(), copies.tolist(),
                           (before * copies).tolist()):
                writer.writerow(row)
    except (OSError, ValueError) as error:
        console.print(f'error: {error}', markup=False)
        return 2
    console.print(f'{before.sum()} instances become '
                  f'{(before * copies).sum()}; wrote {args.out} and {table}',
                  markup=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
