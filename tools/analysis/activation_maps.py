#!/usr/bin/env python
"""What a model responds to in a clip, over its frames (Fig. 3).

    activation_maps.py VIDEO --config CONFIG --checkpoint CHECKPOINT
    activation_maps.py SAMPLE_ID --data-root data/mini_smg --class true

Rows: the frames; the backbone's features F; the output of MCFM without
(theta = 0) and with (theta as trained) the frame difference; and what the
difference changes. The exact definitions are in the figure's caption and in
mmgesture/analysis/activations.py. Without --config and --checkpoint the
bundled model is used.
"""
import argparse
import sys
from pathlib import Path

from rich.console import Console

from mmgesture.analysis.activation_rows import map_caption, map_rows
from mmgesture.analysis.activations import METHODS, probe_clip
from mmgesture.analysis.probing import class_index, prepare_clip
from mmgesture.apis import MicroGestureInferencer, bundled_model
from mmgesture.datasets import UnreadableMediaError, open_video
from mmgesture.engine import CheckpointError
from mmgesture.structures import read_annotations
from mmgesture.visualization.activation_maps import (MapRow,
                                                     draw_activation_maps)

console = Console(highlight=False, soft_wrap=True)


def parse_args(argv):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('video', metavar='VIDEO', help='a file; with --data-root the sample '
        'id of a gesture')
    add('--data-root', help='folder with the annotations.jsonl that names '
        'the sample')
    add('--start', type=float, metavar='SECONDS', help='where the gesture '
        'begins in the file')
    add('--end', type=float, metavar='SECONDS', help='where it ends')
    add('--config')
    add('--checkpoint')
    add('--config-b', help='a second model to compare with')
    add('--checkpoint-b')
    add('--names', nargs='+', metavar='NAME', help='names of the models '
        '(default: their configs)')
    add('--class', dest='target', default='predicted', metavar='NAME',
        help="class to look for: a name, 'predicted' (by the first model; "
        "the default) or 'true' (needs --data-root)")
    add('--method', choices=METHODS, default=METHODS[0],
        help='default: %(default)s')
    add('--frames', type=int, default=6, help='frames to show (default: '
        '%(default)s)')
    add('--out', default='activation_maps.png',
        help='figure; .png, .pdf or .svg (default: %(default)s)')
    add('--device', default='cpu')
    add('--trust-checkpoint', action='store_true',
        help="unpickle a foreign checkpoint, which can run its author's code")
    args = parser.parse_args(argv)
    for end in ('', '_b'):
        pair = getattr(args, f'config{end}'), getattr(args, f'checkpoint{end}')
        if (pair[0] is None) != (pair[1] is None):
            end = end.replace('_', '-')
            parser.error(f'give both --config{end} and --checkpoint{end}, or '
                         'neither')
    if Path(args.out).suffix.lower() not in ('.png', '.pdf', '.svg'):
        parser.error(f'--out must end with .png, .pdf or .svg, got {args.out}')
    if args.frames < 1:
        parser.error('--frames must be at least 1')
    if args.target == 'true' and args.data_root is None:
        parser.error('--class true needs --data-root, where the labels are')
    if args.data_root and (args.start or args.end):
        parser.error('--start and --end are for files; a sample has its own')
    models = 1 if args.config_b is None else 2
    if args.names and len(args.names) != models:
        parser.error(f'--names has {len(args.names)} names for {models} '
                     'model(s)')
    return args


def find_clip(args):
    """File, frames and true class (or None) of the clip."""
    if args.data_root:
        path = Path(args.data_root) / 'annotations.jsonl'
        annotations = read_annotations(str(path))
        for record in annotations.records:
            if record.sample_id == args.video:
                label = record.label
                name = None if label is None else annotations.classes[label]
                return (str(Path(args.data_root) / record.video),
                        record.start, record.end, name)
        raise ValueError(f'{path}: no sample {args.video!r}; its '
                         f'{len(annotations.records)} ids begin with '
                         f'{annotations.records[0].sample_id!r}')
    if not Path(args.video).is_file():
        raise FileNotFoundError(f'no video at {args.video}')
    if args.start is None and args.end is None:
        return args.video, None, None, None
    with open_video(args.video) as reader:
        first = reader.seconds_to_frame(args.start or 0)
        last = (len(reader) if args.end is None else
                reader.seconds_to_frame(args.end))
        if not 0 <= first < last:
            raise ValueError(f'{args.video}: no frame in that time; the file '
                             f'lasts {len(reader) / reader.fps:.2f} s')
    return args.video, first, last, None


def main(argv=None):
    args = parse_args(argv)
    models = [(args.config, args.checkpoint)]
    if args.config is None:
        models = [bundled_model()]
    if args.config_b:
        models.append((args.config_b, args.checkpoint_b))
    names = args.names or [Path(config).stem for config, _ in models]
    founds, rows, target, numbers = [], [], None, None
    try:
        video, start, end, true = find_clip(args)
        for index, (config, checkpoint) in enumerate(models):
            infer = MicroGestureInferencer(config, checkpoint, args.device,
                                           args.trust_checkpoint)
            if args.target == 'true' and true is None:
                raise ValueError(f'{args.video}: its label is hidden; give '
                                 'a name with --class')
            if target is None and args.target != 'predicted':
                target = true if args.target == 'true' else args.target
            clip = prepare_clip(infer.pipeline, video, start, end)
            if numbers is None:
                numbers = clip.frame_inds
                rows.append(MapRow('frames', clip.frames))
            elif list(numbers) != list(clip.frame_inds):
                raise ValueError(
                    f'{config} samples {len(clip.frame_inds)} other frames '
                    f'than {models[0][0]} ({len(numbers)}); compare models '
                    'that see the same frames')
            wanted = target and class_index(infer.classes, target)
            found = probe_clip(infer.model, clip, wanted, args.method)
            target = infer.classes[found.target]
            founds.append(found)
            rows += map_rows(names[index], found, clip.frames, str(index))
            best = infer.classes[found.predicted]
            console.print(f'{names[index]}: predicts {best}; P({target}) = '
                          f'{found.probability:.4f}', markup=False)
            if found.probability_without is not None:
                console.print(f'  with theta = 0: P({target}) = '
                              f'{found.probability_without:.4f}',
                              markup=False)
    except (CheckpointError, OSError, UnreadableMediaError,
            ValueError) as error:
        print(f'activation_maps.py: {error}', file=sys.stderr)
        return 1
    draw_activation_maps(rows, numbers, args.out, args.frames,
                         f'{Path(args.video).name}: {target}',
                         map_caption(args.method, founds, true))
    console.print(f'wrote {args.out}', markup=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
