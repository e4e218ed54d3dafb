"""The store of events: writing with ten million there already, a report over them, an import. One core for the store.

The ten million are made by SQL, each names a variant in a placement and none a decision; the live load names
decisions, so that finding the first receipt of each is part of what is measured.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from banner_engine.report import CampaignSettings, PlacementValue, report
from banner_engine.track import DecisionRecord, Receipt, RunRecord, Store, VariantRecord, import_events
from banner_engine.track.recorder import Recorder
from banner_engine.track.rollups import set_mark
from benchmarks.measure import arguments, at_least, at_most, one_core, progress, tell

START = dt.datetime(2026, 11, 9, tzinfo=dt.UTC)
HOURS = 72
PLACEMENTS = tuple(f"place-{number}" for number in range(5))
GROUP = 64


def sizes(quick: bool) -> tuple[int, int, int]:
    """(events that are there, variants, decisions of the live load)."""
    return (200_000, 1_000, 20_000) if quick else (10_000_000, 10_000, 300_000)


def variant(number: int) -> VariantRecord:
    theme = ("double11", "lacquer", "night-tech")[number % 3]
    return VariantRecord(
        f"v{number:06}", "bench", f"c{number // 4}", theme, "red", 0, "wide", 1200, 628, "zh-CN",
        (f"p{number % 500}",), f"type {number % 12}", f"copy {number % 6}", "{}",
    )  # fmt: skip


def decision(number: int, variants: int) -> DecisionRecord:
    shown = variant(number * 7_919 % variants)
    return DecisionRecord(
        f"{number:032x}", "r", "bench", PLACEMENTS[int(shown.variant_id[1:]) % 5], shown.variant_id, None,
        START + dt.timedelta(hours=HOURS - 1), shown.theme, shown.palette, shown.layout, shown.copy,
        shown.product_type, shown.products[0], "uniform", 0.1, "A", shown.locale,
    )  # fmt: skip


def fill(path: Path, quick: bool) -> None:
    """A store as three days of traffic leave it."""
    events, variants, decisions = sizes(quick)
    with Store.open(path) as store:
        made = [decision(number, variants) for number in range(decisions)]
        store.ingest_run(RunRecord("r", "bench", START), map(variant, range(variants)), made)
        with store.write() as connection:
            progress(f"{events:,} events …")
            start = int(START.timestamp())
            connection.exec_driver_sql("DROP INDEX events_id")
            connection.exec_driver_sql(
                f"""INSERT INTO events (event_id, kind, time, arm, decision, lag, flags, source, simulated)
                WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {events})
                SELECT printf('%012x-%016x', i, abs(random())), 1 + (i % 33 = 7),
                    ({start} + i * {HOURS * 3600} / {events}) * 1000000,
                    1 + abs(random()) % {variants}, NULL, NULL,
                    CASE WHEN i % 50 = 3 THEN 'crawler' ELSE '' END, 'bench', 0 FROM n"""
            )
            connection.exec_driver_sql("CREATE UNIQUE INDEX events_id ON events (event_id)")
            progress("roll-ups …")
            # what Store.roll makes of receipts that name no decision, in one statement
            connection.exec_driver_sql(
                """INSERT INTO hourly SELECT 0, time - time % 3600000000, arm,
                sum(kind = 1 AND flags = ''), sum(kind = 2 AND flags = ''), sum(kind = 1), sum(kind = 2), 0,
                sum(flags <> '') FROM events GROUP BY 2, 3"""
            )
            set_mark(connection, "events", events)
    with Store.open(path) as store, store.read() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def receipts(quick: bool, number: int, ordered: bool, name: str) -> list[Receipt]:
    """Of the live load: the ids of a server are in the order of time, those of strangers in none."""
    decisions = sizes(quick)[2]
    rng = random.Random(name)
    at = START + dt.timedelta(hours=HOURS - 1)
    return [
        Receipt(
            f"{name}{place:010x}-{rng.getrandbits(64):016x}" if ordered else f"{rng.getrandbits(128):032x}",
            "click" if rng.random() < 0.03 else "impression",
            at + dt.timedelta(milliseconds=place),
            f"{rng.randrange(decisions):032x}",
        )
        for place in range(number)
    ]


def writing(path: Path, quick: bool) -> None:
    """Groups of 64 through Store.record, beside bare SQLite in turns, and the recorder at half load."""
    rounds, each = (2, 6_400) if quick else (9, 32_000)
    bare = Bare(path.with_name("bare.db"))
    with Store.open(path) as store:
        for ordered, what in ((True, "ids in the order of time"), (False, "random ids")):
            name = "o" if ordered else "r"
            batches = [receipts(quick, each, ordered, f"{name}{number}") for number in range(rounds)]
            rates: dict[str, list[float]] = {"ours": [], "bare": []}
            for batch in batches:
                for side, write in (("ours", store.record), ("bare", bare.record)):
                    began = time.perf_counter()
                    for place in range(0, each, GROUP):
                        write(batch[place : place + GROUP])
                    rates[side].append(each / (time.perf_counter() - began))
            tell(
                f"durable events, groups of {GROUP}, {what}",
                statistics.median(rates["ours"]),
                "events/s",
                baseline=statistics.median(rates["bare"]),
                goal=at_least(30_000),
                note="baseline: sqlite3 alone, the same rows into an empty table with the same index and commits",
            )
    rate = 15_000
    waits = recorded(path, quick, rate)
    tell(f"acknowledgement at {rate:,} events/s, median", waits[len(waits) // 2] * 1e3, "ms")
    p99 = waits[len(waits) * 99 // 100] * 1e3
    tell(f"acknowledgement at {rate:,} events/s, p99", p99, "ms", goal=at_most(50))


class Bare:
    """sqlite3 alone: what the disk and the library give, without anything that makes events count once."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute(
            "CREATE TABLE events (seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL, kind, time, arm, decision, "
            "lag, flags, source, simulated)"
        )
        self._connection.execute("CREATE UNIQUE INDEX events_id ON events (event_id)")

    def record(self, batch: Sequence[Receipt]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(
            "INSERT INTO events VALUES (NULL, ?, 1, ?, 1, 1, 1, '', 'api', 0) ON CONFLICT DO NOTHING",
            [(receipt.event_id, 1) for receipt in batch],
        )
        self._connection.execute("COMMIT")


def recorded(path: Path, quick: bool, rate: int) -> list[float]:
    """Seconds from handing an event to the recorder until it is acknowledged, sorted."""
    number = rate * (1 if quick else 8)
    batch = receipts(quick, number, True, "w")
    waits = [0.0] * number
    with Store.open(path) as store, Recorder(store) as recorder:
        began = time.perf_counter()
        for place, receipt in enumerate(batch):
            due = began + place / rate
            if (early := due - time.perf_counter()) > 0:
                time.sleep(early)

            def told(_: object, place: int = place, due: float = due) -> None:
                waits[place] = time.perf_counter() - due

            recorder.submit(receipt).add_done_callback(told)
    return sorted(waits)


def reporting(path: Path, quick: bool) -> None:
    """A report by variant over everything that is there."""
    values = {name: PlacementValue(10_000_000_000, "CNY", "A") for name in PLACEMENTS}
    settings = CampaignSettings("bench", "Asia/Shanghai", values)
    seconds = []
    with Store.open(path) as store:
        store.roll()
        for _ in range(3 if quick else 7):
            began = time.perf_counter()
            table = report(store, settings, by=("variant",))
            seconds.append(time.perf_counter() - began)
        with store.read() as connection:
            rows = connection.exec_driver_sql("SELECT count(*) FROM hourly").scalar_one()
    total = sum(one.impressions_gross + one.clicks_gross for one in table.totals)
    tell(
        f"report by variant, {len(table.rows):,} variants, {total / 1e6:.3g} M events, {rows:,} roll-ups",
        statistics.median(seconds),
        "s",
        goal=at_most(1.0),
    )


def importing(path: Path, quick: bool) -> None:
    """An import of a CSV of events, and how much memory it takes."""
    number = 50_000 if quick else 1_000_000
    file = path.with_name("events.csv")
    with file.open("w", encoding="utf-8") as lines:
        lines.write("event_id,kind,time,decision_id\n")
        for receipt in receipts(quick, number, True, "i"):
            lines.write(
                f"{receipt.event_id},{receipt.kind},{receipt.time.isoformat()},{receipt.decision_id}\n"
            )
    with Store.open(path) as store:
        peaks: list[int] = []

        def seen(rows: int, _: int, __: int) -> None:
            if rows >= number // 5:
                peaks.append(_resident())

        began = time.perf_counter()
        done = import_events(store, file, campaign="bench", progress=seen)
        seconds = time.perf_counter() - began
    assert (done.accepted, done.rejected) == (number, 0)
    tell(f"import of {number:,} events from CSV", seconds, "s", goal=at_most(20))
    tell("memory from the fifth part to the end", (peaks[-1] - peaks[0]) / 2**20, "MiB", goal=at_most(20))


def _resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


PARTS: dict[str, Callable[[Path, bool], None]] = {
    "writing": writing,
    "reporting": reporting,
    "importing": importing,
}


def part(name: str, path: Path, quick: bool) -> None:
    one_core()
    PARTS[name](path, quick)


def main() -> None:
    told = arguments(__doc__ or "")
    with tempfile.TemporaryDirectory(prefix="bench-track-") as place:
        path = Path(place) / "track.db"
        fill(path, told.quick)
        for name in [told.only] if told.only else PARTS:
            child = multiprocessing.get_context("spawn").Process(target=part, args=(name, path, told.quick))
            child.start()
            child.join()
            if child.exitcode:
                raise SystemExit(f"{name} ended with {child.exitcode}")


if __name__ == "__main__":
    main()
