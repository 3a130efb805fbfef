"""Convert a public VideoMamba checkpoint for this package.

Example:
    python tools/deploy/convert_videomamba.py videomamba_s16_in1k_res224.pth \
        checkpoints/msf-s_in1k.pth --arch small --num-frames 16

The result goes into a config as ``model=dict(backbone=dict(init_cfg=dict(
type='Pretrained', checkpoint='checkpoints/msf-s_in1k.pth',
prefix='backbone.')))``.
"""
import argparse
import json
import sys

from rich.console import Console
from rich.table import Table

from mmgesture.engine import trusting_checkpoints
from mmgesture.fileio import atomic_write
from mmgesture.models.convert import (TARGETS, build_target,
                                      convert_checkpoint)


def parse_args(argv):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', help='public checkpoint file')
    parser.add_argument('out', help='file to write')
    parser.add_argument(
        '--arch', default='small', choices=['tiny', 'small', 'middle'])
    parser.add_argument(
        '--embed-dims', type=int, help='width, overrides --arch')
    parser.add_argument(
        '--depth', type=int, help='number of blocks, overrides --arch')
    parser.add_argument('--num-frames', type=int, default=16)
    parser.add_argument('--img-size', type=int, default=224)
    parser.add_argument('--patch-size', type=int, default=16)
    parser.add_argument('--tubelet-size', type=int, default=1)
    parser.add_argument(
        '--target', default='msf_mamba', choices=sorted(TARGETS))
    parser.add_argument(
        '--merge',
        default='',
        choices=['mean', 'sum'],
        help="how the target merges the directions (default: the target's "
        'own, mean for msf_mamba, sum for videomamba)')
    parser.add_argument(
        '--min-match',
        type=float,
        default=0.9,
        help='write nothing and fail if a smaller share of the target is '
        'filled (default: 0.9)')
    parser.add_argument(
        '--prefix',
        default='backbone.',
        help='put before every name (default: backbone.)')
    parser.add_argument(
        '--report', help='json report (default: OUT with .json added)')
    parser.add_argument(
        '--trust-checkpoint',
        action='store_true',
        help='unpickle the file; it could run any code')
    return parser.parse_args(argv)


def show(console, report):
    """Print the report as a table."""
    table = Table('what', 'number', 'first names', title='Conversion')
    for name, entries in report.to_dict().items():
        if name == 'match':
            continue
        lines = [
            f'{key}: {entries[key]}' if isinstance(entries, dict) else key
            for key in list(entries)[:4]
        ]
        table.add_row(name, str(len(entries)), '\n'.join(lines))
    console.print(table)


def main(argv=None):
    args = parse_args(argv)
    console = Console()
    arch = args.arch
    try:
        if args.embed_dims or args.depth:
            known = TARGETS[args.target].arch_settings[arch]
            arch = dict(
                embed_dims=args.embed_dims or known['embed_dims'],
                depth=args.depth or known['depth'])
        model = build_target(args.target, arch, args.num_frames,
                             args.img_size, args.merge, args.patch_size,
                             args.tubelet_size)
        with trusting_checkpoints(args.trust_checkpoint):
            report = convert_checkpoint(args.source, args.out, model,
                                        args.min_match, args.prefix)
    except (FileNotFoundError, RuntimeError, ValueError) as error:
        console.print(f'[red]error:[/red] {error}', soft_wrap=True)
        return 1
    show(console, report)
    with atomic_write(args.report or f'{args.out}.json') as file:
        json.dump(report.to_dict(), file, indent=1)
    if report.match < args.min_match:
        console.print(
            f'[red]error:[/red] {report.match:.1%} of the parameters were '
            f'filled, --min-match asks for {args.min_match:.1%}: no weights '
            'were written. Is --arch right?',
            soft_wrap=True)
        return 1
    console.print(f'{report.match:.1%} filled, written to {args.out}',
                  soft_wrap=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
