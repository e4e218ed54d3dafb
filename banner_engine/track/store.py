"""The store of a campaign: what was decided, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from banner_engine.errors import BannerError
from banner_engine.track.arms import ArmBook, Known
from banner_engine.track.checks import check_id, check_money
from banner_engine.track.database import clear_errors, open_engine, writing
from banner_engine.track.hours import hours_alike
from banner_engine.track.migrations import STEPS, migrate, version_of
from banner_engine.track.receipts import write_receipts, write_spend
from banner_engine.track.records import (
    CountsRecord,
    DecisionRecord,
    Ingested,
    Outcome,
    Receipt,
    RunRecord,
    SpendRecord,
    VariantRecord,
)
from banner_engine.track.rollups import (
    check_complete,
    roll,
    roll_again,
    roll_if_due,
    rolled_extent,
    unrolled_extent,
)
from banner_engine.track.rules import Rules, read_rules, write_rules
from banner_engine.track.tables import COUNTS_KEY, counts, runs, variants
from banner_engine.track.times import to_micros
from banner_engine.track.writing import in_batches, write_decisions, write_variants


class Store:
    """An append-only store in one SQLite file. Safe for threads, and for several processes at once.

    Each method that writes is one transaction: when it returns, everything it took is on the disk, and
    when it raises, nothing is. All raise BannerError (kind "store") for a file that can't be used.
    """

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._reader = engine
        self._writer = writing(engine)
        self._arms: Known = {}
        self.versions = (len(STEPS), len(STEPS))
        """The schema version that was found when this was opened, and the one it has now."""

    @classmethod
    def open(cls, path: Path, *, create: bool = True) -> Store:
        """Open a store, bring it to the newest schema version, or make a new one.

        BannerError where there is no store and create is False, where the file is something else or
        has a newer schema version.
        """
        path = Path(path)
        if not path.exists():
            if not create:
                raise BannerError(
                    "there is no store yet",
                    file=path,
                    hint="banner render makes one, and so does banner track ingest",
                    kind="store",
                )
            path.parent.mkdir(parents=True, exist_ok=True)
        engine = open_engine(path)
        store = cls(path, engine)
        try:
            with clear_errors(path):
                with engine.connect() as connection:
                    current = version_of(connection, path) == len(STEPS)
                if not current:
                    with store._writer.begin() as connection:
                        store.versions = (migrate(connection, path), len(STEPS))
                        roll(connection)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        self._reader.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose queries all see one moment of the store."""
        with clear_errors(self.path), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock: on leaving, all of it is on the disk, or nothing."""
        with clear_errors(self.path), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _write(self) -> Iterator[tuple[Connection, ArmBook]]:
        with clear_errors(self.path):
            with self._writer.begin() as connection:
                book = ArmBook(connection, self._arms)
                yield connection, book
            self._arms.update(book.fresh)

    def ingest_run(
        self, run: RunRecord, variants: Iterable[VariantRecord], decisions: Iterable[DecisionRecord]
    ) -> Ingested:
        """Store a committed run; what is there already stays as it is. Both iterables are streamed.

        BannerError, and nothing stored, where a decision's variant is unknown, or where the run's id
        names a run of other inputs.
        """
        row = {
            "run_id": run.run_id,
            "campaign": run.campaign,
            "time": to_micros(run.time),
            "details": run.details,
        }
        with self._write() as (connection, arms):
            kept = connection.execute(select(runs).where(runs.c.run_id == run.run_id)).mappings().first()
            if kept is None:
                connection.execute(insert(runs), row)
            elif dict(kept) != row:
                raise BannerError(
                    f"run '{run.run_id}' is in the store already, with other inputs",
                    file=self.path,
                    field="run_id",
                    hint="a run keeps its id only with the same inputs",
                )
            new_variants = write_variants(connection, variants)
            return Ingested(new_variants, write_decisions(connection, arms, decisions))

    def record(self, receipts: Iterable[Receipt], decisions: Iterable[DecisionRecord] = ()) -> Outcome:
        """Store impressions and clicks, each event_id once; on return they are on the disk.

        A bad receipt is rejected alone (row: its place in `receipts`, from 1). An id that comes again
        for the same thing is a duplicate, whatever its time; for another thing it is rejected.
        decisions: those that the receipts name and that may not be stored yet.
        """
        batch = list(receipts)
        with self._write() as (connection, arms):
            write_decisions(connection, arms, decisions)
            outcome = write_receipts(connection, arms, batch)
            roll_if_due(connection, "events")
            return outcome

    def record_spend(self, records: Iterable[SpendRecord]) -> Outcome:
        """Store spend, each event_id once, as `record` does."""
        batch = list(records)
        with self._write() as (connection, arms):
            outcome = write_spend(connection, arms, batch)
            roll_if_due(connection, "spend")
            return outcome

    def record_counts(self, records: Iterable[CountsRecord]) -> int:
        """Store another system's totals of periods; a period told again is replaced. Gives their number.

        BannerError, and nothing stored, where one is wrong.
        """
        statement = sqlite_insert(counts)
        measures = ("impressions", "clicks", "spend_micros")
        statement = statement.on_conflict_do_update(
            index_elements=list(COUNTS_KEY), set_={name: statement.excluded[name] for name in measures}
        )
        stored = 0
        with self.write() as connection:
            for batch in in_batches(records):
                rows = [_counts_row(record, stored + place) for place, record in enumerate(batch, start=1)]
                connection.execute(statement, rows)
                stored += len(batch)
        return stored

    def roll(self) -> None:
        """Bring the roll-ups up to the newest event. Reports are exact without it."""
        with self.write() as connection:
            roll(connection)

    def rules(self, campaign: str) -> Rules:
        """What counts for a campaign."""
        with self.read() as connection:
            return read_rules(connection).get(campaign, Rules())

    def follow(self, campaign: str, timezone: str) -> None:
        """Roll up by the hours of the campaign's time zone from now on, and all that was stored, too.

        Nothing is written where those are the hours that everything stands in already.
        """
        with self.read() as connection:
            known = read_rules(connection).get(campaign, Rules())
            wanted = replace(known, timezone=timezone)
            instants = rolled_extent(connection) or unrolled_extent(connection)
        if instants and not hours_alike(known.zone, wanted.zone, min(instants), max(instants) + 1):
            self.set_rules(campaign, wanted)

    def set_rules(self, campaign: str, wanted: Rules) -> None:
        """Count by other rules from now on, and for all that was stored, too; roll-ups are made again.

        BannerError where a rule is wrong, or where raw events that would have to be counted again are gone.
        """
        with self.write() as connection:
            before = read_rules(connection).get(campaign, Rules())
            if before == wanted:
                return
            write_rules(connection, campaign, wanted)
            hours = rolled_extent(connection)
            alike = not hours or hours_alike(before.zone, wanted.zone, min(hours), max(hours) + 1)
            if not alike or (before.early, before.late) != (wanted.early, wanted.late):
                check_complete(connection)
                roll_again(connection)

    def variant(self, variant_id: str) -> VariantRecord | None:
        """What a variant shows, None where it is unknown."""
        with self.read() as connection:
            row = connection.execute(select(variants).where(variants.c.variant_id == variant_id)).mappings()
            found = row.first()
        if found is None:
            return None
        return VariantRecord(**{**found, "products": tuple(json.loads(found["products"]))})


def _counts_row(record: CountsRecord, position: int) -> dict[str, str | int]:
    try:
        check_id(record.source, "source")
        check_id(record.placement, "placement")
        check_money(record.spend_micros, record.currency, "spend")
        start, end = to_micros(record.start, "start"), to_micros(record.end, "end")
        if start >= end:
            raise BannerError("the period ends before it starts", field="end")
        for name in ("impressions", "clicks"):
            if getattr(record, name) < 0:
                raise BannerError("a count below 0", field=name)
    except BannerError as error:
        error.row = position
        raise
    return {
        "source": record.source,
        "campaign": record.campaign,
        "placement": record.placement,
        "variant_id": record.variant_id or "",
        "start": start,
        "end": end,
        "currency": record.currency,
        "impressions": record.impressions,
        "clicks": record.clicks,
        "spend_micros": record.spend_micros,
    }
