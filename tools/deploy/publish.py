"""Strip a checkpoint to what others need: weights, classes, preprocessing.

Optimizer, schedulers and message hub are left out, so the file is about a
third of the size; it holds tensors and plain types only.
"""
import argparse
import hashlib
import sys
from pathlib import Path

from mmgesture.engine.checkpoint import (CheckpointError, load_local,
                                         save_checkpoint,
                                         trusting_checkpoints)

KEPT = ('classes', 'config_name', 'preprocessing', 'mmgesture_version',
        'annotations', 'seed', 'epoch', 'stream')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('checkpoint', help='what training wrote')
    parser.add_argument('out', help='the file to write')
    parser.add_argument('--trust-checkpoint', action='store_true',
                        help='unpickle it, which can run any code in it')
    args = parser.parse_args()
    try:
        with trusting_checkpoints(args.trust_checkpoint):
            loaded = load_local(args.checkpoint, 'cpu')
        meta = {k: v for k, v in loaded['meta'].items() if k in KEPT}
        if not meta.get('classes'):
            raise CheckpointError(f'{args.checkpoint} names no classes in '
                                  'its meta; it was not written by mmgesture')
    except (OSError, KeyError, CheckpointError) as error:
        print(f'publish.py: {error}', file=sys.stderr)
        return 1
    save_checkpoint(dict(meta=meta, state_dict=loaded['state_dict']), args.out)
    data = Path(args.out).read_bytes()
    print(f'{args.out}: {len(data) / 1e6:.1f} MB, sha256 '
          f'{hashlib.sha256(data).hexdigest()}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
