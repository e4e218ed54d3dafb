"""Load over HTTP/1.1 from one process: connections that each send the next request when the answer is there."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast


@dataclass
class Load:
    """What came back. seconds: of the whole; delays: seconds of each answer, from when it was due."""

    seconds: float = 0.0
    delays: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    nbytes: int = 0

    @property
    def rate(self) -> float:
        return len(self.delays) / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds that this share of the answers took at most."""
        ordered = sorted(self.delays)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", "User-Agent: Mozilla/5.0 Chrome/131.0", *headers]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class _Connection(asyncio.Protocol):
    def __init__(self, next_one: Callable[[], bytes | None], load: Load) -> None:
        self._next, self._load = next_one, load
        self._buffer = bytearray()
        self._missing = 0
        self._due = 0.0
        self._transport: asyncio.Transport | None = None
        self.ended = asyncio.get_running_loop().create_future()
        self.idle = True
        self.after: Callable[[_Connection], object] = _Connection.send
        """What is done when an answer is there."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def send(self, due: float | None = None) -> bool:
        """Send the next request. due: when it should have gone. False where there is none."""
        data = self._next()
        assert self._transport is not None
        if data is None:
            self._transport.close()
            return False
        self._due, self.idle = due or time.perf_counter(), False
        self._transport.write(data)
        return True

    def data_received(self, data: bytes) -> None:
        self._load.nbytes += len(data)
        if self._missing:
            self._missing -= len(data)
            if self._missing <= 0:
                self._answered()
            return
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        status = int(head[9:12])
        self._load.statuses[status] = self._load.statuses.get(status, 0) + 1
        at = head.find(b"\r\ncontent-length: ")
        length = int(head[at + 18 :].partition(b"\r\n")[0]) if at >= 0 else 0
        self._missing = length - (len(self._buffer) - end - 4)
        self._buffer.clear()
        if self._missing <= 0:
            self._answered()

    def _answered(self) -> None:
        self._missing, self.idle = 0, True
        self._load.delays.append(time.perf_counter() - self._due)
        self.after(self)

    @property
    def closed(self) -> bool:
        return self.ended.done()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


async def _closed(port: int, requests: Iterator[bytes], count: int, connections: int) -> Load:
    """`count` requests, as fast as the answers come."""
    load, loop = Load(), asyncio.get_running_loop()
    some = itertools.islice(requests, count)
    opened = []
    for _ in range(connections):
        _, one = await loop.create_connection(
            lambda: _Connection(lambda: next(some, None), load), "127.0.0.1", port
        )
        opened.append(one)
    began = time.perf_counter()
    for one in opened:
        one.send()
    await asyncio.gather(*[one.ended for one in opened])
    load.seconds = time.perf_counter() - began
    return load


async def _paced(port: int, requests: Iterator[bytes], rate: float, seconds: float, connections: int) -> Load:
    """Requests at a rate, whether answers come or not: a delay counts from when its request was due."""
    load, loop = Load(), asyncio.get_running_loop()
    free: list[_Connection] = []
    waiting: list[float] = []

    def after(one: _Connection) -> None:
        if waiting:
            one.send(waiting.pop(0))
        else:
            free.append(one)

    for _ in range(connections):
        _, one = await loop.create_connection(
            lambda: _Connection(lambda: next(requests), load), "127.0.0.1", port
        )
        one.after = after
        free.append(one)
    opened = list(free)
    began = time.perf_counter()
    sent = 0
    while (now := time.perf_counter() - began) < seconds:
        while sent < now * rate:
            due = began + sent / rate
            sent += 1
            while free and free[-1].closed:
                free.pop()
            if free:
                free.pop().send(due)
            else:
                waiting.append(due)
        await asyncio.sleep(0.0005)
    until = time.perf_counter() + 10
    while not all(one.idle for one in opened) and time.perf_counter() < until:
        await asyncio.sleep(0.01)
    load.seconds = seconds
    for one in opened:
        assert one._transport is not None
        one._transport.close()
    return load


def _run(work: Callable[[], object]) -> Load:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work())  # type: ignore[arg-type]


def flat_out(port: int, requests: Iterator[bytes], count: int, connections: int = 32) -> Load:
    return _run(lambda: _closed(port, requests, count, connections))


def at_rate(port: int, requests: Iterator[bytes], rate: float, seconds: float, connections: int = 64) -> Load:
    return _run(lambda: _paced(port, requests, rate, seconds, connections))
