"""Two nodes on one machine: namespaces joined by a cable, or localhost."""
import os
import shutil
import subprocess
from pathlib import Path


def _children(pid):
    """A process and all that descend from it."""
    found = [pid]
    for task in Path(f'/proc/{pid}/task').glob('*/children'):
        try:
            for child in task.read_text().split():
                found += _children(int(child))
        except OSError:  # it has ended meanwhile
            pass
    return found


class Localhost:
    """Both nodes share the network of this machine."""

    name = 'localhost'
    address = '127.0.0.1'
    port = 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def mend(self):
        """Nothing can be cut here."""

    def environment(self, rank):
        """Variables of a node beside torchrun's."""
        return {}

    def inside(self, rank):
        """What stands before a command that is run on a node."""
        return []

    def pids(self, rank, agent):
        """All processes of a node."""
        return _children(agent)


class Namespaces(Localhost):
    """Each node has a network of its own, and a cable to the other."""

    name = 'two network namespaces, joined by a veth pair'
    address = '10.77.0.1'

    def __init__(self):
        self.spaces = [f'mmg{os.getpid()}n{rank}' for rank in range(2)]

    @staticmethod
    def possible():
        """Whether this machine lets us make namespaces."""
        if shutil.which('ip') is None:
            return False
        name = f'mmg{os.getpid()}t'
        made = subprocess.run(['ip', 'netns', 'add', name],
                              capture_output=True).returncode == 0
        if made:
            subprocess.run(['ip', 'netns', 'del', name], check=True)
        return made

    def __enter__(self):
        for name in self.spaces:
            _ip('netns', 'add', name)
        one, two = self.spaces
        _ip('link', 'add', 'cable', 'netns', one, 'type', 'veth', 'peer',
            'name', 'cable', 'netns', two)
        for rank, name in enumerate(self.spaces):
            _ip('-n', name, 'addr', 'add', f'10.77.0.{rank + 1}/24', 'dev',
                'cable')
            _ip('-n', name, 'link', 'set', 'lo', 'up')
        self.mend()
        return self

    def __exit__(self, *error):
        for name in self.spaces:
            subprocess.run(['ip', 'netns', 'del', name], check=False)

    def mend(self):
        """Plug the cable in."""
        for name in self.spaces:
            _ip('-n', name, 'link', 'set', 'cable', 'up')

    def cut(self):
        """Pull the cable out: packets are lost without a word."""
        _ip('-n', self.spaces[1], 'link', 'set', 'cable', 'down')

    def environment(self, rank):
        """Variables of a node beside torchrun's."""
        return {'GLOO_SOCKET_IFNAME': 'cable'}

    def inside(self, rank):
        """What stands before a command that is run on a node."""
        return ['ip', 'netns', 'exec', self.spaces[rank]]

    def pids(self, rank, agent):
        """All processes of a node."""
        out = subprocess.run(['ip', 'netns', 'pids', self.spaces[rank]],
                             capture_output=True, text=True, check=True)
        return [int(pid) for pid in out.stdout.split()]


def _ip(*words):
    subprocess.run(['ip', *words], check=True)
