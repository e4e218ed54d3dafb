"""A client that keeps a ledger of what it was promised, while the processes it talks to are killed.

Each round: two processes of one group record events on one store, the whole group is killed at a random moment
(SIGKILL), and the store is held against the ledger. What was not acknowledged is sent again in the next round.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Thread

from sqlalchemy import select

from banner_engine.report import CampaignSettings, report
from banner_engine.track import Store
from banner_engine.track.keeping import check
from banner_engine.track.tables import events

SETTINGS = CampaignSettings("double11", "UTC", {})
DECISIONS = 4_000
WINDOW = 600  # events on their way to one process
Event = tuple[str, str, int]
"""(id, kind, number of the decision)"""


@dataclass
class Ledger:
    """sent: every event that ever left. certain: ids that were acknowledged."""

    seed: int
    sent: dict[str, Event] = field(default_factory=dict)
    certain: set[str] = field(default_factory=set)
    seconds: float = 0.0
    recorded: int = 0  # acknowledged within these seconds
    rounds: int = 0

    @property
    def unknown(self) -> list[Event]:
        return [event for event_id, event in self.sent.items() if event_id not in self.certain]


class Client:
    """Sends events to one process and writes down what comes back."""

    def __init__(self, ledger: Ledger, path: Path, wrong: str, name: str, group: int) -> None:
        self._ledger = ledger
        self._random = Random(f"{ledger.seed} {ledger.rounds} {name}")
        self._name = f"{ledger.rounds}{name}"
        program = Path(__file__).with_name("recorder_process.py")
        self.process = subprocess.Popen(
            [sys.executable, str(program), str(path), wrong],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=group,
        )
        self._sent = self._back = 0
        self._threads = [Thread(target=self._hear)]
        self._threads[0].start()

    @property
    def heard(self) -> int:
        return self._back

    def send(self, again: list[Event]) -> None:
        self._threads.append(Thread(target=self._send, args=(again,)))
        self._threads[-1].start()

    def _send(self, again: list[Event]) -> None:
        assert self.process.stdin is not None
        number = 0
        with suppress(OSError, ValueError):
            while True:
                if self._sent - self._back >= WINDOW:
                    time.sleep(0.001)
                    if self.process.poll() is not None:
                        return
                    continue
                if again:
                    event = again.pop()
                else:
                    kind = "click" if self._random.random() < 0.2 else "impression"
                    event = (f"{self._name}-{number}", kind, self._random.randrange(DECISIONS))
                    number += 1
                self._ledger.sent[event[0]] = event
                self._sent += 1
                self.process.stdin.write(f"{event[0]} {event[1]} {event[2]}\n".encode())
                self.process.stdin.flush()

    def _hear(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith(b"\n"):  # the last line may have been cut by the kill
                self._back += 1
                self._ledger.certain.add(line.decode().strip())

    def end(self) -> None:
        for thread in self._threads:
            thread.join()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                assert pipe is not None
                pipe.close()


def round_of(ledger: Ledger, path: Path, wrong: str = "") -> None:
    """Record, kill, and hold the store against the ledger."""
    ledger.rounds += 1
    again = ledger.unknown
    first = Client(ledger, path, wrong, "a", 0)
    second = Client(ledger, path, wrong, "b", first.process.pid)
    first.send(again)
    second.send([])
    while not (first.heard and second.heard):
        time.sleep(0.005)
    began, before = time.monotonic(), first.heard + second.heard
    time.sleep(Random(f"{ledger.seed} {ledger.rounds}").uniform(0.0, 0.3))
    ledger.seconds += time.monotonic() - began
    ledger.recorded += first.heard + second.heard - before
    os.killpg(first.process.pid, signal.SIGKILL)
    first.end()
    second.end()
    with Store.open(path) as store:
        stored = stored_ids(store)
        assert max(stored.values()) == 1, "an event was stored twice"
        assert ledger.certain <= stored.keys(), "an event was acknowledged and is not stored"
        assert stored.keys() <= ledger.sent.keys(), "an event is stored that nobody sent"
        agrees(store, [ledger.sent[event_id] for event_id in stored])


def settle(ledger: Ledger, path: Path, wrong: str = "") -> None:
    """Send what is unknown until all of it is acknowledged; then everything is stored, once."""
    client = Client(ledger, path, wrong, "z", 0)
    assert client.process.stdin is not None
    for event_id, kind, number in ledger.unknown:
        client.process.stdin.write(f"{event_id} {kind} {number}\n".encode())
    client.process.stdin.close()
    client.end()
    assert client.process.returncode == 0
    with Store.open(path) as store:
        assert stored_ids(store) == Counter(dict.fromkeys(ledger.sent, 1))
        agrees(store, list(ledger.sent.values()))
    assert check(path) == []


def stored_ids(store: Store) -> Counter[str]:
    with store.read() as connection:
        return Counter(connection.execute(select(events.c.event_id)).scalars())


def agrees(store: Store, found: list[Event]) -> None:
    """A report says what a recount of the ledger's events says."""
    gross = Counter(kind for _, kind, _ in found)
    decided = {kind: {number for _, one, number in found if one == kind} for kind in ("impression", "click")}
    (total,) = report(store, SETTINGS).totals
    assert (total.impressions_gross, total.clicks_gross) == (gross["impression"], gross["click"])
    assert (total.impressions, total.clicks) == (len(decided["impression"]), len(decided["click"]))
    assert total.clicks_without_impression == len(decided["click"] - decided["impression"])
