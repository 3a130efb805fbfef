"""Signs of life, by which a lost process is noticed and named.

A process that is stopped, or whose machine hangs or is out of reach, says
nothing: the others wait in their next reduction for as long as the process
group allows, half an hour and more. So all processes tell each other that
they live, through the store by which they found each other.
"""
import os
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any, Callable

from torch import distributed as torch_dist

__all__ = ['Heartbeat', 'TIMEOUT']

#: Seconds without a sign of life. Python code that keeps the interpreter to
#: itself (reading one huge file) looks like death, so not less.
TIMEOUT = 60.

#: What a process that has come to its end says last.
FINISHED = 'finished'


@dataclass
class Peer:
    """What is known of a process.

    Attributes:
        name (str): Its number, host and process id.
        beat (str): What it said last.
        heard (float): When that was new, in seconds of the local clock.
        step (str): How far it said it is.
        moved (float): When that was new.
    """

    name: str
    beat: str = ''
    heard: float = 0.
    step: str = '0'
    moved: float = 0.


class Heartbeat:
    """Signs of life of this process, and watch over those of the others.

    Args:
        store (Store): A connection to the store that nobody else uses.
        rank (int): Number of this process.
        world_size (int): How many there are.
        on_loss (Callable): Called with a message when a process is lost, in
            a thread.
        timeout (float): Seconds without a sign of life after which a process
            is lost. Defaults to :data:`TIMEOUT`.
        patience (float): Seconds that all processes, alive, may stay at the
            steps they are at. Defaults to infinity.
    """

    def __init__(self,
                 store: torch_dist.Store,
                 rank: int,
                 world_size: int,
                 on_loss: Callable[[str], Any],
                 timeout: float = TIMEOUT,
                 patience: float = float('inf')) -> None:
        self.store, self.rank, self.on_loss = store, rank, on_loss
        self.timeout, self.patience = timeout, patience
        self.interval = min(1., timeout / 10)
        self.step = 0
        self.peers = [Peer(f'process {n}') for n in range(world_size)]
        self._keys = [f'heartbeat/{n}' for n in range(world_size)]
        self._stopped = threading.Event()
        self._beating = threading.Thread(target=self._beat, daemon=True)
        self._finished = False
        self._answered = 0.

    def start(self) -> None:
        """Begin, in every process."""
        self._forgive(time.monotonic())
        threading.Thread(target=self._watch, daemon=True).start()
        self._beating.start()

    def stop(self, finished: bool = True) -> None:
        """End the watch.

        Args:
            finished (bool): Tell the others that silence is no loss from now
                on. Defaults to True.
        """
        self._finished = finished
        self._stopped.set()
        # Python must not end while the thread is inside of the store; that
        # one may be gone, and never answer.
        self._beating.join(10)

    def _beat(self) -> None:
        """Say that this process lives, and hear the others."""
        where = f'{socket.gethostname()} (pid {os.getpid()})'
        number = 0
        try:
            while not self._stopped.is_set():
                self._say(f'{number} {self.step} {where}')
                self._hear()
                number += 1
                # Often at first: names come with the first word.
                begun = all(peer.beat for peer in self.peers)
                self._stopped.wait(self.interval / (1 if begun else 10))
            if self._finished:
                self._say(f'{FINISHED} {self.step} {where}')
        except RuntimeError:
            # The store has gone with its process. If that one was lost, the
            # watch finds that nothing answers any more.
            return

    def _say(self, text: str) -> None:
        self.store.set(self._keys[self.rank], text)

    def _hear(self) -> None:
        for rank, (peer, key) in enumerate(zip(self.peers, self._keys)):
            if not peer.beat and not self.store.check([key]):
                continue  # not started yet
            beat, step, where = self.store.get(key).decode().split(' ', 2)
            now = time.monotonic()
            peer.name = f'process {rank} on {where}'
            if beat != peer.beat:
                peer.beat, peer.heard = beat, now
            if step != peer.step:
                peer.step, peer.moved = step, now
        self._answered = time.monotonic()

    def _forgive(self, now: float) -> None:
        self._answered = now
        for peer in self.peers:
            peer.heard = peer.moved = now

    def _watch(self) -> None:
        before = time.monotonic()
        while not self._stopped.wait(self.interval):
            now = time.monotonic()
            if now - before > self.timeout / 2:
                # This process was stopped itself, perhaps all were.
                self._forgive(now)
            before = now
            message = self.silent(self.timeout) or self._stuck(now)
            if message:
                self.on_loss(message)
                return

    def silent(self, seconds: float) -> str:
        """Name the processes that give no sign of life.

        Args:
            seconds (float): For how long.

        Returns:
            str: The message; '' if all live, or have come to their end.
        """
        now = time.monotonic()
        if now - self._answered > seconds:
            if any(peer.beat == FINISHED for peer in self.peers):
                return ''  # the store has ended with its process
            names = [f'{self.peers[0].name}, or the launcher that keeps the '
                     'store of the run,']
        else:
            names = [peer.name for peer in self.peers
                     if now - peer.heard > seconds and peer.beat != FINISHED]
        if not names:
            return ''
        return (f'{" and ".join(names)} gave no sign of life for '
                f'{seconds:g} s: ended, stopped or out of reach')

    def _stuck(self, now: float) -> str:
        """Name the processes that are behind when none comes on."""
        if any(now - peer.moved < self.patience for peer in self.peers):
            return ''
        last = min(int(peer.step) for peer in self.peers)
        behind = [
            peer.name for peer in self.peers if int(peer.step) == last]
        return (f'no process came on for {self.patience:g} s; '
                f'{" and ".join(behind)} did least')
