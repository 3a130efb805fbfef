#!/usr/bin/env python
"""Test a checkpoint: python tools/test.py CONFIG CHECKPOINT [options]."""
import argparse

from early_checks import add_options, fail, preflight


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add('config', help='config file')
    add('checkpoint', help='checkpoint file')
    add('--dump', metavar='SCORES.jsonl', help='score or detection file to write')
    add('--split', help="split to test on; default: the config's")
    add_options(parser)
    return parser.parse_args()


def main():
    args = parse_args()
    preflight(args, lambda cfg: (('test', ), False, args.checkpoint))
    from mmgesture.apis import PreflightError, test
    from mmgesture.engine import CheckpointError, LostProcessError
    try:
        test(**vars(args))
    except PreflightError as error:
        fail(error, 2)
    except (CheckpointError, LostProcessError) as error:
        fail(error, 1)


if __name__ == '__main__':
    main()
