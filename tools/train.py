#!/usr/bin/env python
"""Train a model: python tools/train.py CONFIG [options]."""
import argparse

from early_checks import add_options, fail, preflight


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add('config', help='config file')
    add('--resume', nargs='?', const='auto', metavar='CHECKPOINT',
        help='go on from this checkpoint, or from the newest undamaged one')
    add('--load-from', metavar='CHECKPOINT',
        help='start from the weights of this checkpoint')
    add('--allow-partial', action='store_true',
        help='load what fits of --load-from and list the rest')
    add('--pretrained', metavar='FILE',
        help="the backbone's initial weights, instead of the config's")
    add('--from-scratch', action='store_true',
        help='train without the pretrained weights that the config names')
    add('--amp', action='store_true', help='bf16 autocast, on CPU and GPU')
    add('--seed', type=int, help="seed, instead of the config's")
    add_options(parser)
    args = parser.parse_args()
    if args.from_scratch and args.pretrained:
        parser.error('--from-scratch and --pretrained exclude each other')
    return args


def main():
    args = parse_args()
    options = vars(args)
    file = options.pop('pretrained')
    if file:
        args.cfg_options = dict(args.cfg_options or {}, pretrained=file)

    def needs(cfg):
        stages = ('train', 'val') if cfg.get('val_cfg') else ('train', )
        weights = not (args.from_scratch or args.resume or cfg.get('resume')
                       or (args.load_from and not args.allow_partial))
        resume = None if args.resume == 'auto' else args.resume
        return stages, weights, resume or args.load_from

    preflight(args, needs)
    from mmgesture.apis import PreflightError, train
    from mmgesture.datasets import TooManyBadMediaError
    from mmgesture.engine import (EXIT_CODE, CheckpointError,
                                  LostProcessError, NonFiniteError,
                                  RunInterrupted, WorkersLostError)
    try:
        train(**options)
    except PreflightError as error:
        fail(error, 2)
    except (CheckpointError, LostProcessError, NonFiniteError,
            TooManyBadMediaError, WorkersLostError) as error:
        fail(error, 1)
    except RunInterrupted as error:
        fail(error, EXIT_CODE)


if __name__ == '__main__':
    main()
