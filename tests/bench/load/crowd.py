"""All peers of the load on one thread: sending at the appointed times, reading in between."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import select
import time
from collections.abc import Callable

from tests.bench.load.film import FRAME
from tests.bench.load.peer import Peer
from tests.bench.load.receiving import Receiver
from tests.bench.load.sending import Sender

_READ_EVERY = 0.001  # seconds; what a packet waits here counts for nobody: the kernel stamps it
_TICK_EVERY = 0.02
_YIELD_EVERY = 0.004  # to those who come and go
_LATE = 0.005


class Crowd:
    """Everybody who sends and listens."""

    def __init__(self, seed: int = 1) -> None:
        self.senders: list[Sender] = []
        self.receivers: list[Receiver] = []
        self.late = self.turns = 0  #: packets that were sent more than 5 ms after their time
        self._peers: dict[int, Peer] = {}
        self._poll = select.epoll()
        self._due: list[tuple[float, int, Callable[[], float]]] = []
        self._order = itertools.count()
        self._gone: set[int] = set()
        self._chance = random.Random(seed)
        self._over = False

    def add(self, peer: Peer) -> None:
        """Look after one more peer."""
        self._peers[peer.socket.fileno()] = peer
        self._poll.register(peer.socket.fileno(), select.EPOLLIN)
        if isinstance(peer, Receiver):
            self.receivers.append(peer)

    def send(self, sender: Sender) -> None:
        """Let somebody begin to send; no two begin at the same moment."""
        self.senders.append(sender)
        begins = time.monotonic() + self._chance.random() * FRAME
        for step in (sender.send_picture, sender.send_sound):
            heapq.heappush(self._due, (begins, next(self._order), step))

    def remove(self, peer: Peer) -> None:
        """Let somebody go."""
        self._peers.pop(peer.socket.fileno(), None)
        self._poll.unregister(peer.socket.fileno())
        if isinstance(peer, Sender):
            self.senders = [other for other in self.senders if other is not peer]
            steps = (peer.send_picture, peer.send_sound)
            self._due = [due for due in self._due if due[2] not in steps]
            heapq.heapify(self._due)
        else:
            self.receivers = [other for other in self.receivers if other is not peer]
        peer.close()

    def forget_figures(self) -> None:
        """Begin to count anew."""
        self.late = self.turns = 0
        for sender in self.senders:
            sender.sent = sender.plis = sender.resent = sender.asked = sender.forged = 0
        for receiver in self.receivers:
            receiver.forget_figures()

    async def run(self) -> None:
        """Keep everybody talking until :meth:`end`."""
        next_read = next_tick = next_yield = time.monotonic()
        while not self._over:
            now = self._send_due(time.monotonic())
            if now >= next_read:
                self._read(now)
                next_read = now + _READ_EVERY
            if now >= next_tick:
                next_tick = now + _TICK_EVERY
                for peer in list(self._peers.values()):
                    peer.tick(now)
            if now >= next_yield:
                await asyncio.sleep(0)
                next_yield = time.monotonic() + _YIELD_EVERY
            self._rest(min(next_read, next_tick, next_yield))

    def end(self) -> None:
        """Stop."""
        self._over = True

    def close(self) -> None:
        """Let everybody go."""
        for peer in list(self._peers.values()):
            self.remove(peer)
        self._poll.close()

    def _send_due(self, now: float) -> float:
        due = self._due
        while due and due[0][0] <= now:
            moment, order, step = due[0]
            self.late += now - moment > _LATE
            following = moment + step()
            # Who was kept from sending for long does not send everything at once.
            heapq.heapreplace(due, (max(following, now - 0.1), order, step))
            self.turns += 1
            now = time.monotonic()
        return now

    def _read(self, now: float) -> None:
        peers = self._peers
        for number, _ in self._poll.poll(0):
            peer = peers.get(number)
            if peer is not None:
                peer.drain(now)

    def _rest(self, until: float) -> None:
        if self._due:
            until = min(until, self._due[0][0])
        rest = until - time.monotonic()
        if rest > 0.00005:
            time.sleep(rest)  # the loop's own clock counts in whole milliseconds
