"""The server over real sockets: it has one core, the load comes from another. Ratios are against a bare server
that answers the same bytes, in turns within the same run.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from banner_engine.shipped import shipped
from benchmarks.httpload import Load, at_rate, flat_out, request
from benchmarks.measure import (
    arguments,
    at_least,
    at_most,
    in_turns,
    medians,
    progress,
    ratio_at_least,
    ratio_of,
    tell,
)

AS_OF = "2026-11-10T12:00:00+08:00"
KEY = "a-key-for-benchmarks-only"
USERS = 500
MONEY = """
openrtb: {adomain: [northbound.example], cat: [IAB18-1], seat: northbound}
"""
BIDS = {"home-hero": "12.00 USD", "feed-card": "4.00 USD", "top-strip": "5.00 USD"}


def cores() -> tuple[set[int], set[int]]:
    """The server's and the load's: the last and the rest, where the system can bind processes."""
    if not hasattr(os, "sched_getaffinity"):
        return set(), set()
    known = sorted(os.sched_getaffinity(0))
    return {known[-1]}, set(known[:-1]) or set(known)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def campaign(folder: Path) -> Path:
    """The shipped campaign, with three placements that bid."""
    shutil.copytree(shipped("examples") / "double11", folder, ignore=shutil.ignore_patterns(".banner"))
    file = folder / "campaign.yaml"
    text = file.read_text(encoding="utf-8")
    for name, price in BIDS.items():
        text = text.replace(f"id: {name},", f"id: {name}, bid_cpm: {price},")
    file.write_text(text + MONEY, encoding="utf-8")
    return folder


@contextmanager
def process(command: list[str], port: int, ready: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server on the server's core, until it answers `ready`."""
    core, _ = cores()
    environment = {**os.environ, "BANNER_KEY": KEY}

    def bind() -> None:
        if core:
            os.sched_setaffinity(0, core)

    started = subprocess.Popen(command, env=environment, preexec_fn=bind, start_new_session=True)
    try:
        until = time.monotonic() + 300
        while status(port, ready) != 200:
            if started.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{command} did not start")
            time.sleep(0.1)
        yield started
    finally:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGTERM)
        started.wait(60)


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(method, path, body or None, {"User-Agent": "Mozilla/5.0 Chrome/131.0", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def status(port: int, path: str) -> int:
    try:
        return ask(port, "GET", path)[0]
    except OSError:
        return 0


class World:
    """A campaign with known users, served."""

    def __init__(self, folder: Path, users: int) -> None:
        self.folder = campaign(folder / "shop")
        people = folder / "people.jsonl"
        self._banner = [sys.executable, "-c", "from banner_engine.cli import main; main()"]
        environment = {**os.environ, "BANNER_KEY": KEY}
        for words in (
            [
                "profiles",
                "sample",
                str(self.folder),
                "--count",
                str(users),
                "--out",
                str(people),
                "--as-of",
                AS_OF,
            ],
            ["profiles", "load", str(people), "--campaign", str(self.folder)],
        ):
            subprocess.run([*self._banner, *words], env=environment, check=True, capture_output=True)
        self.users = [json.loads(line)["user_id"] for line in people.read_text(encoding="utf-8").splitlines()]

    @contextmanager
    def served(self, *options: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
        port = free_port()
        words = [
            "serve",
            str(self.folder),
            "--port",
            str(port),
            "--as-of",
            AS_OF,
            "--log",
            "problems",
            *options,
        ]
        with process([*self._banner, *words], port, "/readyz") as started:
            yield port, started

    def decisions(self, seed: int, accept: str = "Accept: image/jpeg") -> Iterator[bytes]:
        """Requests for home-hero of known users."""
        draw = random.Random(seed)
        while True:
            body = {"placement": "home-hero", "locale": "en-US", "user": draw.choice(self.users)}
            yield request("POST", "/v1/decisions", json.dumps(body).encode(), accept)

    def auctions(self, seed: int) -> Iterator[bytes]:
        """Requests of three impressions, as an exchange writes them."""
        draw = random.Random(seed)
        sizes = ((1200, 628), (300, 250), (728, 90))
        for number in range(10**9):
            body = {
                "id": f"auction-{number}",
                "imp": [
                    {"id": str(n), "banner": {"w": w, "h": h, "format": [{"w": w, "h": h}], "mimes": ["image/jpeg"],
                     "btype": [1], "battr": [3, 8], "pos": 1}, "bidfloor": 0.5, "bidfloorcur": "USD", "secure": 0}
                    for n, (w, h) in enumerate(sizes)
                ],
                "site": {"id": "1", "domain": "news.example", "page": "https://news.example/a", "cat": ["IAB12"]},
                "device": {"ua": "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile", "language": "en"},
                "user": {"id": "x", "buyeruid": draw.choice(self.users), "eids": []},
                "regs": {"gdpr": 0}, "at": 1, "tmax": 200, "cur": ["USD"], "bcat": ["IAB25", "IAB26"],
                "badv": ["rival.example"],
            }  # fmt: skip
            yield request("POST", "/openrtb2/auction", json.dumps(body).encode())


def warm_up(port: int, requests: Iterator[bytes], count: int, seconds: float) -> None:
    """Ask until nothing is drawn any more, at most for some time."""
    until, before = time.monotonic() + seconds, -1.0
    while time.monotonic() < until:
        flat_out(port, requests, count, 8)
        drawn = metric(port, "banner_drawn_total")
        if drawn == before:
            return
        before = drawn


def metric(port: int, name: str) -> float:
    text = ask(port, "GET", "/metrics")[1].decode()
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


def against_bare(
    port: int, bare: int, requests: Iterator[bytes], count: int, rounds: int
) -> tuple[float, float, float]:
    """(answers a second, the bare server's, median ratio of the two)."""

    def side(which: int) -> Callable[[], object]:
        return lambda: checked(flat_out(which, requests, count))

    times = in_turns({"serve": side(port), "bare": side(bare)}, rounds)
    middle = medians(times)
    return count / middle["serve"], count / middle["bare"], ratio_of(times, "bare", "serve")


def checked(load: Load) -> Load:
    wrong = {status: number for status, number in load.statuses.items() if status not in (200, 204, 302)}
    if wrong:
        raise SystemExit(f"the server answered {wrong}")
    return load


def half_load(
    port: int, requests: Iterator[bytes], rate: float, seconds: float, name: str, bound: float
) -> None:
    load = checked(at_rate(port, requests, rate / 2, seconds))
    note = f"{load.rate:,.0f} a second"
    tell(name, 1000 * load.percentile(0.99), "ms", goal=at_most(bound), note=note)


def hot(world: World, quick: bool) -> None:
    """Decide, assemble and answer a JPEG of 1200×628; then the auction of three."""
    count, rounds, seconds = (200, 1, 1.0) if quick else (12_000, 5, 8.0)
    with (
        world.served("--patience", "20", "--queue", "500") as (port, _),
        tempfile.TemporaryDirectory() as place,
    ):
        warm_up(port, world.decisions(1), count, 10 if quick else 150)
        body = ask(
            port, "POST", "/v1/decisions", b'{"placement":"home-hero","locale":"en-US"}', Accept="image/jpeg"
        )[1]
        picture = Path(place) / "picture.jpg"
        picture.write_bytes(body)
        bare = free_port()
        command = [sys.executable, "-m", "benchmarks.bare", str(bare), str(picture), "image/jpeg"]
        with process(command, bare, "/"):
            rate, floor, ratio = against_bare(port, bare, world.decisions(2), count, rounds)
        name = "warm: decide, assemble and answer a 1200x628 JPEG"
        note = f"{len(body) / 1000:.0f} kB; known users; the decision's row is stored after the answer"
        tell(name, rate, "answers/s", baseline=floor, ratio=ratio, goal=ratio_at_least(0.35), note=note)
        tell("the same, absolute", rate, "answers/s", goal=at_least(8_000))
        warm_up(port, world.auctions(1), count, 10 if quick else 120)
        loads = [checked(flat_out(port, world.auctions(2), count)) for _ in range(rounds)]
        best = sorted(load.rate for load in loads)[len(loads) // 2]
        tell("OpenRTB auction, 3 impressions", best, "auctions/s", goal=at_least(3_000),
             note=f"{loads[0].statuses.get(204, 0)} of {count:,} without a bid")  # fmt: skip
        half_load(
            port, world.auctions(3), best, seconds, "OpenRTB auction, 3 impressions, p99 at half load", 20
        )


def tokens(port: int, count: int) -> list[str]:
    """Paths of impressions and clicks of many decisions."""
    found = []
    for _ in range(count):
        answer = json.loads(
            ask(port, "POST", "/v1/decisions", b'{"placement":"feed-card","locale":"en-US"}')[1]
        )
        for one in answer["decisions"]:
            found += [urlsplit(one[name]).path for name in ("impression_url", "click_url")]
    return found


def durable(world: World, quick: bool) -> None:
    """Impressions and clicks: each answer is on the disk."""
    count, rounds, seconds = (200, 1, 1.0) if quick else (20_000, 3, 8.0)
    with world.served("--patience", "20") as (port, _):
        paths = tokens(port, 20 if quick else 200)

        def events(seed: int) -> Iterator[bytes]:
            draw = random.Random(seed)
            while True:
                yield request("GET", draw.choice(paths))

        loads = [checked(flat_out(port, events(n), count, 128)) for n in range(rounds)]
        rate = sorted(load.rate for load in loads)[len(loads) // 2]
        tell("durable impressions and clicks over HTTP", rate, "events/s", goal=at_least(5_000))
        half_load(port, events(99), rate, seconds, "durable events over HTTP, p99 at half load", 50)


def memory(world: World, quick: bool) -> None:
    """Resident memory at half load, after the first part of the run. `--only memory` runs ten minutes."""
    alone = "--only" in sys.argv
    minutes = 0.05 if quick else 10.0 if alone else 1.0
    with world.served("--patience", "20") as (port, started):
        warm_up(port, world.decisions(1), 200 if quick else 4_000, 5 if quick else 120)
        first = checked(at_rate(port, world.decisions(4), 300 if quick else 1_500, 60 * minutes / 5))
        before = resident(started.pid)
        load = checked(at_rate(port, world.decisions(5), 300 if quick else 1_500, 60 * minutes * 4 / 5))
        grown = 100 * (resident(started.pid) / before - 1)
        note = f"{minutes:g} min, {first.rate + load.rate:,.0f} answers/s in both parts, {before / 1e6:,.0f} MB before"
        tell("memory after the first fifth", grown, "% more", goal=at_most(5), note=note)


def resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except FileNotFoundError:
        raise SystemExit("memory is read from /proc, which is not here") from None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def cold(world: World, quick: bool) -> None:
    """Warm requests while others ask for what was never drawn."""
    import threading

    seconds = 1.0 if quick else 12.0
    with world.served("--queue", "16", "--patience", "0.5") as (port, _):
        warm_up(port, world.decisions(1), 50 if quick else 2_000, 5 if quick else 60)
        calm = checked(at_rate(port, world.decisions(6), 100, seconds / 2))
        stop = threading.Event()
        answers: dict[int, int] = {}

        def flood(number: int) -> None:
            draw = random.Random(number)
            while not stop.is_set():
                place = draw.choice(["side-half-page", "side-tower", "top-strip", "feed-card"])
                path = f"/v1/placements/{place}/image?r={draw.random()}&locale=zh-CN"
                code = ask(port, "GET", path)[0]
                answers[code] = answers.get(code, 0) + 1

        before = metric(port, "banner_drawn_total")
        threads = [threading.Thread(target=flood, args=(n,)) for n in range(24)]
        for thread in threads:
            thread.start()
        load = checked(at_rate(port, world.decisions(7), 100, seconds))
        stop.set()
        for thread in threads:
            thread.join()
        drawn = metric(port, "banner_drawn_total") - before
        note = f"{drawn:.0f} drawn meanwhile; the flood was answered {dict(sorted(answers.items()))}"
        tell("cold flood: p99 of warm requests", 1000 * load.percentile(0.99), "ms",
             baseline=1000 * calm.percentile(0.99), goal=at_most(100), note=note)  # fmt: skip


PARTS = {"hot": hot, "durable": durable, "memory": memory, "cold": cold}


def main() -> None:
    chosen = arguments(__doc__ or "")
    _, load = cores()
    if load:
        os.sched_setaffinity(0, load)
    with tempfile.TemporaryDirectory() as place:
        world = World(Path(place), 20 if chosen.quick else USERS)
        for name, part in PARTS.items():
            if chosen.only in (None, name):
                progress(name)
                part(world, chosen.quick)


if __name__ == "__main__":
    main()
