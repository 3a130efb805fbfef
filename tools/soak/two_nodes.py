#!/usr/bin/env python
"""Train on two nodes, and lose one of them.

Each node runs tools/dist_train.sh with NNODES=2 and its NODE_RANK: two
torchrun agents. As root on Linux the nodes are network namespaces joined by a
pair of virtual cables, else both are on localhost. They share a work folder.
Checked, in this order:

- equal: two nodes of one process end with the losses and weights of one node
  of two processes;
- death: all processes of a node are killed after the first epoch. The other
  node ends by itself, with an error; a resumption on both nodes ends like the
  run that was not broken;
- cut: the cable is cut instead (namespaces only). Nothing tells a node that
  the other one is gone; both end by a timeout, and a resumption as above.

Example:
    python tools/soak/two_nodes.py
    python tools/soak/two_nodes.py --localhost --parts death
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from common import RESULTS, console, free_port, report
from two_nodes_net import Localhost, Namespaces

from mmgesture.testing import write_tiny_set, write_tiny_training

SCRIPT = Path(__file__).resolve().parents[1] / 'dist_train.sh'
HANG = 300  # seconds after which a node counts as hung


class Node:
    """An agent of torchrun on one node, with the processes below it."""

    def __init__(self, network, rank, nodes, config, work_dir, options,
                 processes=1):
        self.network, self.rank = network, rank
        self.log = work_dir.parent / f'{work_dir.name}_node{rank}.log'
        env = {
            **os.environ, 'PYTHON': sys.executable, 'OMP_NUM_THREADS': '1',
            'NNODES': str(nodes), 'NODE_RANK': str(rank),
            'MASTER_ADDR': network.address if nodes > 1 else '127.0.0.1',
            'MASTER_PORT': str(network.port), **network.environment(rank)
        }
        command = [
            *network.inside(rank), 'bash', str(SCRIPT), str(config),
            str(processes), '--work-dir', str(work_dir), '--resume',
            '--seed', '3', '--cfg-options', *options
        ]
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                command, env=env, stdout=log, stderr=subprocess.STDOUT)

    def kill(self):
        """Kill the agent and its processes, as a power cut would."""
        for pid in self.network.pids(self.rank, self.process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(30)

    def last_words(self):
        """The last line of the log that says what went wrong."""
        lines = self.log.read_text(errors='replace').splitlines()
        words = [x for x in lines if 'Error' in x or 'ended' in x or
                 'is lost' in x]
        own = [x for x in words if 'ChildFailedError' not in x]
        text = ' '.join((own or words or [''])[-1].split())[:200]
        return text.replace('[', '(').replace(']', ')')  # rich's mark-up


class Soak:
    """The parts, and the promises that were broken."""

    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        root = folder / 'set'
        write_tiny_set(root, numbers=(4 * args.steps, 4, 4))
        self.config = write_tiny_training(folder, root, args.epochs, 2)
        self.options = [f'env_cfg.dist_cfg.timeout={args.timeout}']
        self.facts, self.problems = {}, []

    def nodes(self, name, number=2, processes=1):
        """Start all nodes."""
        self.network.port = free_port()
        return [
            Node(self.network, rank, number, self.config, self.folder / name,
                 self.options, processes) for rank in range(number)
        ]

    def finish(self, nodes, name):
        """Wait for nodes that shall end well."""
        for node in nodes:
            try:
                code = node.process.wait(HANG)
            except subprocess.TimeoutExpired:
                node.kill()
                code = 'no end'
            if code:
                text = node.log.read_text(errors='replace')[-3000:]
                raise RuntimeError(f'{name}, node {node.rank}: {code}\n{text}')

    def compare(self, name):
        """Compare a finished run with that of one node."""
        expected, found = (
            torch.load(self.folder / x / f'epoch_{self.args.epochs}.pth',
                       weights_only=True) for x in ('one', name))
        losses = [
            x['message_hub']['log_scalars']['train/loss']['values']
            for x in (expected, found)
        ]
        weights = all(
            torch.equal(value, found['state_dict'][key])
            for key, value in expected['state_dict'].items())
        if not torch.equal(*map(torch.as_tensor, losses)) or not weights:
            self.problems.append(f'{name}: losses or weights differ from '
                                 'those of one node')
        return len(losses[0])

    def equal(self):
        """Two nodes beside one."""
        began = time.monotonic()
        self.finish(self.nodes('two'), 'two nodes')
        self.facts['seconds of a run on two nodes, start included'] = round(
            time.monotonic() - began, 1)
        self.facts['losses equal to those of one node, and all weights'] = \
            self.compare('two')

    def broken(self, name, harm):
        """Break a run after its first epoch and resume it."""
        work_dir = self.folder / name
        nodes = self.nodes(name)
        end = time.monotonic() + HANG
        while not (work_dir / 'epoch_1.pth').exists():
            if time.monotonic() > end or nodes[0].process.poll() is not None:
                raise RuntimeError(nodes[0].log.read_text()[-3000:])
            time.sleep(0.01)
        began = time.monotonic()
        left = harm(nodes)
        for node in left:
            try:
                code = node.process.wait(HANG)
            except subprocess.TimeoutExpired:
                code = None
            seconds = time.monotonic() - began
            console.print(f'{name}: node {node.rank} ended with {code} after '
                          f'{seconds:.1f} s: {node.last_words()}')
            self.facts[f'{name}: seconds until node {node.rank} ended'] = \
                round(seconds, 1)
            self.facts[f'{name}: node {node.rank} said'] = node.last_words()
            if not code:
                self.problems.append(f'{name}: node {node.rank} ended with '
                                     f'{code}, expected an error')
        for node in nodes:
            node.kill()
        self.network.mend()
        if (work_dir / f'epoch_{self.args.epochs}.pth').exists():
            self.problems.append(f'{name}: the run ended before it was harmed')
        if self.args.resume:
            self.finish(self.nodes(name), f'resumption after {name}')
            self.facts[f'{name}: losses equal after the resumption'] = \
                self.compare(name)

    def death(self):
        """Kill the second node."""

        def harm(nodes):
            nodes[1].kill()
            return nodes[:1]

        self.broken('death', harm)

    def cut(self):
        """Cut the cable."""

        def harm(nodes):
            self.network.cut()
            return nodes

        self.broken('cut', harm)

    def run(self, network):
        """All parts that were asked for."""
        self.network = network
        self.facts['network'] = network.name
        if 'equal' in self.args.parts or self.args.resume:
            self.finish(self.nodes('one', 1, 2), 'one node')
        for part in self.args.parts:
            if part == 'cut' and not isinstance(network, Namespaces):
                console.print('cut: needs namespaces, left out')
                continue
            getattr(self, part)()


def parse_args(argv=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--parts', nargs='+', default=['equal', 'death', 'cut'],
        choices=['equal', 'death', 'cut'])
    add('--localhost', action='store_true', help='without namespaces')
    add('--no-resume', dest='resume', action='store_false')
    add('--epochs', type=int, default=30)
    add('--steps', type=int, default=6, help='steps of an epoch')
    add('--timeout', type=int, default=60,
        help='seconds without an answer, env_cfg.dist_cfg.timeout')
    add('--out', type=Path, default=RESULTS, help='folder of the report')
    return parser.parse_args(argv)


def main(argv=None):
    """Soak, and report."""
    args = parse_args(argv)
    network = Localhost if args.localhost or not Namespaces.possible() \
        else Namespaces
    folder = Path(tempfile.mkdtemp())
    try:
        soak = Soak(args, folder)
        with network() as network:
            soak.run(network)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    facts = {
        'training': f'{args.epochs} epochs of {args.steps} steps, one process '
        f'a node, timeout {args.timeout} s', **soak.facts
    }
    words = ' --localhost' if args.localhost else ''
    return report(
        'two_nodes', f'python tools/soak/two_nodes.py{words} --parts '
        f'{" ".join(args.parts)}', facts, soak.problems, args.out)


if __name__ == '__main__':
    sys.exit(main())
