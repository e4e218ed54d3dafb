"""kill -9 of the server: what it acknowledged over HTTP is stored, once, and nothing else is but what nobody
knows of. `make soak` does it 100 times.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from serving import AGENT, Server, free_port, launch
from shop_samples import AS_OF, Shop
from sqlalchemy import select

from banner_engine.engine import Engine
from banner_engine.report import report
from banner_engine.report.campaign import settings_of
from banner_engine.track import KINDS, Store
from banner_engine.track.tables import decisions, events

ROUNDS = int(os.environ.get("SOAK_ROUNDS", "3"))
CLIENTS = 8


class Client(threading.Thread):
    """Sends events over one connection until the server is gone, and keeps a ledger of them."""

    def __init__(self, server: Server, paths: list[str], number: int, seed: int) -> None:
        super().__init__()
        self.server, self.paths, self.number = server, paths, number
        self.draw = random.Random(seed)
        self.certain: set[str] = set()
        self.unknown: dict[str, str] = {}

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        count = 0
        try:
            while True:
                path, name = self.draw.choice(self.paths), f"{self.name}-{count}"
                count += 1
                self.unknown[name] = path
                connection.request("GET", f"{path}?e={name}", headers={"User-Agent": AGENT})
                answer = connection.getresponse()
                answer.read()
                acknowledged = answer.status == 200 or answer.headers.get("x-banner-counted") == "1"
                assert acknowledged, answer.status
                del self.unknown[name]
                self.certain.add(name)
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()


def stored(path: Path) -> set[str]:
    with Store.open(path) as store, store.read() as connection:
        found = [row.event_id for row in connection.execute(select(events.c.event_id))]
    assert len(found) == len(set(found)), "an event was stored twice"
    return set(found)


def test_what_was_acknowledged_outlives_the_server(new_shop: Callable[..., Shop], tmp_path: Path) -> None:
    shop, port, log = new_shop(), free_port(), tmp_path / "log"
    path = shop.state / "track.db"
    draw = random.Random(16)
    certain: set[str] = set()
    unknown: dict[str, str] = {}
    paths: list[str] = []
    for number in range(ROUNDS):
        server = launch(shop.folder, log, "--as-of", AS_OF, "--log", "problems", port=port)
        if not paths:
            found = [server.decide(placement=name) for name in ("card", "strip") * 10]
            paths = [urlsplit(one[url]).path for one in found for url in ("impression_url", "click_url")]
        clients = [Client(server, paths, n, seed=number * 100 + n) for n in range(CLIENTS)]
        for client in clients:
            client.name = f"r{number}c{client.number}"
            client.start()
        time.sleep(draw.uniform(0.2, 1.0))
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        for client in clients:
            client.join()
            certain |= client.certain
            unknown |= client.unknown
        kept = stored(path)
        assert certain <= kept, f"{len(certain - kept)} events were acknowledged and are not stored"
        assert kept <= certain | unknown.keys(), "an event is stored that nobody sent"
    assert len(certain) > ROUNDS * 20

    server = launch(shop.folder, log, "--as-of", AS_OF, port=port)
    for name, where in unknown.items():  # who was not told sends it again
        assert server.get(f"{where}?e={name}").status in (200, 302)
    assert server.stop() == 0
    assert stored(path) == certain | unknown.keys()
    _reports_equal_a_recount(shop, path)


def _reports_equal_a_recount(shop: Shop, path: Path) -> None:
    engine = Engine.open(shop.folder)
    with Store.open(path) as store:
        totals = report(store, settings_of(engine.loaded.campaign), by=()).rows[0]
        query = select(events.c.kind, decisions.c.decision_id).join(
            decisions, decisions.c.seq == events.c.decision
        )
        with store.read() as connection:
            rows = [(KINDS[row.kind - 1], row.decision_id) for row in connection.execute(query)]
    for kind, gross, net in (
        ("impression", totals.impressions_gross, totals.impressions),
        ("click", totals.clicks_gross, totals.clicks),
    ):
        named = [decision for kind_, decision in rows if kind_ == kind]
        assert (gross, net) == (len(named), len(set(named)))
