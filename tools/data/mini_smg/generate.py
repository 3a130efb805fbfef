"""Draw mini-SMG, the embedded default data set, in SMG's layout."""
import argparse
import re
import sys

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TextColumn, TimeElapsedColumn, TimeRemainingColumn)

from mmgesture.datasets.synthetic import MiniSMG, generate


def _size(text):
    match = re.fullmatch(r'(\d+)[xX](\d+)', text)
    if not match:
        raise argparse.ArgumentTypeError(
            f'expected WIDTHxHEIGHT, for instance 320x240, got {text!r}')
    return int(match[1]), int(match[2])


def parse_args():
    default = MiniSMG()
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    add = parser.add_argument
    add('--out', required=True, help='root folder of the data set')
    add('--subjects', type=int, default=default.subjects,
        help='number of subjects (4-40), one recording each')
    add('--minutes', type=float, default=default.minutes,
        help='length of every recording')
    add('--size', type=_size, default='320x240', help='WIDTHxHEIGHT')
    add('--subtlety', type=float, default=default.subtlety,
        help='0 (broad) to 1 (barely visible)')
    add('--seed', type=int, default=default.seed, help='fixes every frame')
    add('--fps', type=float, default=default.fps, help='frames per second')
    add('--gap', type=float, default=default.gap,
        help='mean pause between gestures in seconds')
    add('--train-tail', type=float, default=default.train_tail,
        help="exponent on SMG's class counts in training (0: balanced)")
    add('--test-tail', type=float, default=default.test_tail,
        help='the same in validation and test')
    add('--train-floor', type=float, default=default.train_floor,
        help='smallest share of a class in training')
    add('--test-floor', type=float, default=default.test_floor,
        help='the same in validation and test')
    add('--workers', type=int, default=2, help='number of processes')
    add('--overwrite', action='store_true',
        help='replace recordings that other parameters made')
    return parser.parse_args()


def main():
    args = vars(parse_args())
    out, workers = args.pop('out'), args.pop('workers')
    overwrite = args.pop('overwrite')
    console = Console(stderr=True)
    try:
        config = MiniSMG(**args)
        columns = (TextColumn('drawing mini-SMG'), BarColumn(),
                   MofNCompleteColumn(), TextColumn('frames'),
                   TimeElapsedColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console) as progress:
            task = progress.add_task('', total=None)
            recordings, drawn = generate(
                config, out, workers, overwrite,
                lambda done, total: progress.update(
                    task, completed=done, total=total))
    except (ValueError, FileExistsError) as error:
        console.print(f'[red]error:[/red] {error}', highlight=False)
        return 1
    parts = {part: sum(len(r.labels) for r in recordings if r.part == part)
             for part in ('train', 'val', 'test')}
    console.print(
        f'{len(drawn)} of {len(recordings)} recordings drawn, the others '
        f'were there; gestures: {parts["train"]} train, {parts["val"]} '
        f'validation, {parts["test"]} test; in {out}', highlight=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
