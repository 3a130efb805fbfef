#!/usr/bin/env python
"""Fuse the score files of several streams into one.

    fuse.py rgb.jsonl flow.jsonl --weights 2 1 --out fused.jsonl
    fuse.py RGB=a/test.jsonl flow=b/test.jsonl \\
        --search RGB=a/val.jsonl flow=b/val.jsonl \\
        --weights-file weights.json --out fused.jsonl
    fuse.py RGB=a/test.jsonl flow=b/test.jsonl \\
        --weights-file weights.json --out fused.jsonl

Without weights all streams count alike. --search finds weights on the
validation files of the same streams and judges them by leaving one video out
at a time; mmgesture/evaluation/functional/fusion_search.py says how. A stream
is called as the NAME before its path, else as the config in its header.
Where labels are known, the modality ladder is printed and written.
"""
import argparse
import json
import sys
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from mmgesture.evaluation.functional import (FUSION_MEASURES,
                                             leave_one_group_out,
                                             modality_ladder, search_weights)
from mmgesture.fileio import atomic_write
from mmgesture.structures import read_annotations
from mmgesture.submission import (FUSION_SPACES, FusionWeights, ScoreFile,
                                  align_scores, fuse_scores, read_scores,
                                  read_weights, simplex_weights,
                                  stack_streams, write_scores, write_weights)
from mmgesture.visualization import draw_modality_ladder

console = Console(soft_wrap=True, highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('scores', nargs='+', metavar='SCORES',
        help='score file of each stream, also as NAME=PATH')
    add('--weights', nargs='+', type=float, metavar='W',
        help='one a stream; divided by their sum')
    add('--search', nargs='+', metavar='VAL_SCORES',
        help='find the weights on these score files of the same streams')
    add('--labels', metavar='ANNOTATIONS',
        help='annotation file with the labels that score files hide, and '
        'with the videos for leaving one out')
    add('--group-by', choices=('video', 'subject'), default='video',
        help='what is left out together (default: video; without --labels '
        'it is the sample id up to its last underscore)')
    add('--measure', default='top1', choices=FUSION_MEASURES,
        help='what the search raises (default: top1)')
    add('--step', type=float, default=0.05, help='of the search')
    add('--space', choices=FUSION_SPACES,
        help='mix probabilities (default) or logits')
    add('--temperature', nargs='+', type=float, metavar='T',
        help='divide the logits first: one for all, or one a stream')
    add('--weights-file', metavar='JSON',
        help='written with --search or --weights, else read')
    add('--ladder', metavar='FILE',
        help='where the ladder goes, .md or .json (default: beside --out)')
    add('--figure', metavar='FILE', help='draw the ladder, e.g. ladder.png')
    add('--out', required=True, metavar='JSONL', help='fused score file')
    args = parser.parse_args(argv)
    if args.weights and args.search:
        parser.error('give --weights or --search, not both')
    if args.ladder and Path(args.ladder).suffix not in ('.md', '.json'):
        parser.error(f'--ladder expected .md or .json, got {args.ladder}')
    reading = args.weights_file and not (args.weights or args.search)
    if reading and (args.space or args.temperature):
        parser.error('the weights file says space and temperature; leave '
                     '--space and --temperature away')
    return args


def read_streams(given: Sequence[str]) -> Tuple[List[str], List[ScoreFile]]:
    """Names and aligned score files of arguments like NAME=PATH."""
    names, files = [], []
    for text in given:
        name, mark, path = text.partition('=')
        if not mark or '/' in name or Path(text).is_file():
            name, path = '', text
        file = read_scores(path)
        files.append(file)
        names.append(name or (Path(file.config).stem if file.config else
                              Path(path).stem))
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f'more than one stream is called {repeated}; name '
                         'the score files as NAME=PATH')
    return names, align_scores(files)


def known_part(files: Sequence[ScoreFile], records: Optional[dict]):
    """The clips with a label, taken from the annotations where hidden."""
    labels = list(files[0].labels)
    for row, name in enumerate(files[0].sample_ids):
        record = (records or {}).get(name)
        if record is None or record.label is None:
            continue
        if labels[row] not in (None, record.label):
            raise ValueError(
                f'{files[0].source}: the label of {name!r} is {labels[row]}, '
                f'but {record.label} in the annotations of --labels')
        labels[row] = record.label
    keep = [row for row, label in enumerate(labels) if label is not None]
    ids = [files[0].sample_ids[row] for row in keep]
    return ids, np.array([labels[row] for row in keep], dtype=np.int64), keep


def groups_of(ids: Sequence[str], records: Optional[dict],
              group_by: str) -> List[str]:
    """Video or person of every clip."""
    if records is None:
        if group_by == 'subject':
            raise ValueError('--group-by subject needs --labels, which names '
                             'the person of every clip')
        # <video>_<number>, as the converters of SMG and iMiGUE name clips
        return [name.rpartition('_')[0] or name for name in ids]
    missing = [name for name in ids if name not in records]
    if missing:
        raise ValueError(f'--labels lacks {len(missing)} of the {len(ids)} '
                         f'clips, e.g. {missing[:3]}')
    groups = [getattr(records[name], group_by) for name in ids]
    if None in groups:
        raise ValueError(f'--labels: {ids[groups.index(None)]!r} has no '
                         f'{group_by}')
    return groups


def find_weights(args, names, records) -> FusionWeights:
    """Search on validation, judge it, and say what came out."""
    found, files = read_streams(args.search)
    if sorted(found) != sorted(names):
        raise ValueError(f'--search names the streams {found}, SCORES are '
                         f'{names}; name both as NAME=PATH')
    order = [found.index(name) for name in names]
    files = [files[index] for index in order]
    ids, labels, keep = known_part(files, records)
    if not ids:
        raise ValueError(f'{files[0].source}: all labels are hidden; a '
                         'search needs some, give them by --labels')
    weights = FusionWeights(
        names, [1] * len(names), args.space or 'probability',
        temperatures(args, names))
    stack = stack_streams(files, weights.space, weights.temperature)[:, keep]
    groups = groups_of(ids, records, args.group_by)
    result = search_weights(stack, labels, args.measure, args.step)
    held = leave_one_group_out(
        stack, labels, groups, args.measure, args.step,
        progress=lambda folds: track(
            folds, 'leaving one out', console=console, transient=True))
    single = max(search_weights(row[None], labels, args.measure).value
                 for row in stack)
    table = Table(f'{args.measure} on {len(ids)} clips (%)',
                  'searched clips', f'left-out {args.group_by}', box=None)
    for name, inside, outside in (
            ('best single stream', single, held.best_single),
            ('equal weights', result.start, held.uniform),
            ('searched weights', result.value, held.searched)):
        table.add_row(name, f'{100 * inside:.2f}', f'{100 * outside:.2f}')
    console.print(table)
    console.print(
        f'gain over equal weights on the left-out {args.group_by} '
        f'({len(held.groups)}): {100 * held.gain.mean:+.2f} (95 % interval '
        f'{100 * held.gain.low:+.2f} to {100 * held.gain.high:+.2f})')
    if held.gain.mean <= 0:
        console.print('note: the searched weights are no better than equal '
                      'ones on videos that the search has not seen; equal '
                      'weights are the safer choice')
    weights.weights = result.weights.tolist()
    weights.search = dict(
        measure=args.measure, step=args.step, clips=len(ids),
        group_by=args.group_by, searched_clips=result.value,
        searched_clips_uniform=result.start, left_out=held.to_dict())
    return weights


def temperatures(args, names) -> List[float]:
    given = args.temperature or [1.0]
    return given * len(names) if len(given) == 1 else given


def choose_weights(args, names, records) -> FusionWeights:
    if args.search:
        weights = find_weights(args, names, records)
    elif args.weights or not args.weights_file:
        weights = FusionWeights(
            names, simplex_weights(args.weights, len(names)).tolist(),
            args.space or 'probability', temperatures(args, names))
    else:
        return read_weights(args.weights_file).reordered(names)
    if args.weights_file:
        write_weights(args.weights_file, weights)
    return weights


def ladder_rows(steps):
    """Headings and cells of the ladder."""
    head = ['stream', 'weight', 'alone', 'alone F1', 'equal', 'equal F1',
            'fused', 'fused top-5', 'fused F1']
    cells = []
    for row, step in enumerate(steps):
        values = list(step.to_dict().values())
        cells.append([('+ ' if row else '') + step.stream,
                      f'{step.weight:.3f}'] +
                     [f'{100 * value:.2f}' for value in values[2:]])
    return head, cells


def write_ladder(path, steps, note) -> None:
    path = Path(path)
    head, cells = ladder_rows(steps)
    with atomic_write(path) as file:
        if path.suffix == '.json':
            json.dump(dict(steps=[step.to_dict() for step in steps],
                           note=note), file, indent=1)
            file.write('\n')
            return
        for line in [head, ['---'] * len(head)] + cells:
            file.write('| ' + ' | '.join(
                cell.replace('|', '\\|') for cell in line) + ' |\n')
        file.write(f'\n{note}\n')


def run(args: argparse.Namespace) -> None:
    records = None
    if args.labels:
        records = {record.sample_id: record
                   for record in read_annotations(args.labels).records}
    names, files = read_streams(args.scores)
    weights = choose_weights(args, names, records)
    fused = fuse_scores(files, weights.weights, weights.space,
                        weights.temperature, names)
    ids, labels, keep = known_part(files, records)
    write_scores(args.out, fused)
    console.print('weights: ' + ', '.join(
        f'{name} {share:.3f}' for name, share in zip(names, weights.weights)))
    for name, file in zip(names, files):
        if file.unreadable.any():
            console.print(f'note: {name} could not read '
                          f'{int(file.unreadable.sum())} clips; the other '
                          'streams decide them')
    if not ids:
        console.print('all labels are hidden: no ladder')
        if args.ladder or args.figure:
            raise ValueError('--ladder and --figure need labels; give them '
                             'by --labels')
    else:
        stack = stack_streams(files, weights.space, weights.temperature)
        steps = modality_ladder(stack[:, keep], labels, weights.weights,
                                names)
        note = (f'Per cent on {len(ids)} clips: top-1 where nothing else is '
                'said, F1: macro over the classes present. alone: the stream '
                'itself; equal and fused: the streams down to it, with equal '
                "weights and with the fusion's own.")
        head, cells = ladder_rows(steps)
        table = Table(box=None)
        for name in head:  # names of streams stay whole
            table.add_column(name, no_wrap=name == 'stream')
        for line in cells:
            table.add_row(*line)
        console.print(table)
        console.print(note, style='dim')
        out = Path(args.out)
        write_ladder(args.ladder or out.with_name(f'{out.stem}_ladder.md'),
                     steps, note)
        if args.figure:
            draw_modality_ladder(steps, args.figure)
    console.print(f'{len(fused)} clips written to {args.out}')


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        run(args)
    except (OSError, ValueError) as error:
        console.print(f'error: {error}', markup=False)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
