"""How good a score file is, how sure that is, and what guessing would get."""
import argparse
import json
import sys

import numpy as np
from rich.console import Console
from rich.table import Table

from mmgesture.evaluation.functional import (bootstrap_interval, macro_f1,
                                             majority_baseline,
                                             mean_class_accuracy,
                                             top_k_accuracy)
from mmgesture.submission import read_scores


def known_scores(path):
    """Ids, classes, labels and scores of the clips whose label is known."""
    file = read_scores(path)
    labels = file.known_labels()
    if not len(labels):
        raise ValueError(f'{path}: all labels are hidden, there is '
                         'nothing to compare the scores with')
    ids = np.array(file.sample_ids)[file.known]
    return ids, file.classes, labels, file.scores[file.known]


def pool(paths):
    """Put the parts of a cross-validation together."""
    parts = [known_scores(path) for path in paths]
    for path, part in zip(paths, parts):
        if part[1] != parts[0][1]:
            raise ValueError(f'{path}: its classes differ from those of '
                             f'{paths[0]}, they cannot be pooled')
    ids = np.concatenate([part[0] for part in parts])
    names, counts = np.unique(ids, return_counts=True)
    if counts.max() > 1:
        raise ValueError(f'{names[counts > 1][0]} is in more than one score '
                         'file; parts to pool must have different clips')
    return (np.concatenate([part[2] for part in parts]),
            np.concatenate([part[3] for part in parts]))


def summarise(labels, scores):
    """Top-1 with its interval and the figures of the majority predictor."""
    best = scores.argmax(1)
    top1, guess = bootstrap_interval(labels, best), majority_baseline(labels)
    return dict(
        clips=len(labels),
        classes_present=len(set(labels)),
        top1=top1.value,
        top1_low=top1.low,
        top1_high=top1.high,
        top5=top_k_accuracy(scores, labels, min(5, scores.shape[1])),
        macro_f1=macro_f1(labels, best),
        mean_class_acc=mean_class_accuracy(labels, best),
        majority_top1=guess.top1,
        majority_macro_f1=guess.macro_f1,
        above_majority=bool(top1.low > guess.top1))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('scores', nargs='+', help='score files of test.py')
    parser.add_argument('--pool', action='store_true', help='take the files '
                        'as parts of one test, such as subjects left out')
    parser.add_argument('--json', action='store_true', help='print json')
    args = parser.parse_args()
    try:
        if args.pool:
            rows = {f'{len(args.scores)} files': summarise(*pool(args.scores))}
        else:
            rows = {path: summarise(*known_scores(path)[2:])
                    for path in args.scores}
    except (OSError, ValueError) as error:
        print(f'score_report.py: {error}', file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps(rows, indent=1))
        return 0
    console = Console()
    for path, r in rows.items():
        table = Table('', 'model', 'always the commonest class', box=None,
                      title=f'{path}: {r["clips"]} clips, '
                      f'{r["classes_present"]} classes', title_justify='left')
        table.add_row('top-1', f'{r["top1"]:.3f}',
                      f'{r["majority_top1"]:.3f}')
        table.add_row('95 % bootstrap over clips',
                      f'{r["top1_low"]:.3f} to {r["top1_high"]:.3f}', '')
        table.add_row('macro-F1', f'{r["macro_f1"]:.3f}',
                      f'{r["majority_macro_f1"]:.3f}')
        table.add_row('mean class accuracy', f'{r["mean_class_acc"]:.3f}',
                      f'{1 / r["classes_present"]:.3f}')
        table.add_row('top-5', f'{r["top5"]:.3f}', '')
        console.print(table)
    return 0


if __name__ == '__main__':
    sys.exit(main())
