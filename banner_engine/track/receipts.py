"""Writes receipts and spend inside a transaction: checks each one, finds duplicates, inserts what is new.

The caller holds the write lock, so what is looked up here can't change before the insert. This is the path
that every event takes: rows are tuples, and statements are compiled once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.track.arms import ArmBook
from banner_engine.track.checks import check_flags, check_id, check_money
from banner_engine.track.prepared import Lookup, Prepared
from banner_engine.track.records import KINDS, Outcome, Receipt, SpendRecord
from banner_engine.track.rollups import kept_since
from banner_engine.track.tables import arms as shown
from banner_engine.track.tables import decisions, events, spend
from banner_engine.track.times import to_datetime, to_micros

T = TypeVar("T")
Values = tuple[Any, ...]
"""A row without its seq, in the order of the table's columns; event_id is the first."""

_KIND = {kind: number for number, kind in enumerate(KINDS, start=1)}


@dataclass(frozen=True, slots=True)
class _Target:
    """A table that each event_id enters once. meaning: what two rows of one id must agree in."""

    insert: Prepared
    newest: Prepared
    older: Lookup
    meaning: Callable[[Values], Any]

    @staticmethod
    def of(table: Table, meant: Sequence[str]) -> _Target:
        columns = [column for column in table.c if column.name != "seq"]
        names = [column.name for column in columns]
        assert names[0] == "event_id"
        return _Target(
            Prepared(sqlite_insert(table).on_conflict_do_nothing(index_elements=["event_id"]), names),
            Prepared(select(func.max(table.c.seq))),
            Lookup(select(*columns).where(table.c.seq <= bindparam("before")), table.c.event_id),
            itemgetter(*(names.index(name) for name in meant)),
        )


EVENTS = _Target.of(events, ("kind", "arm", "decision"))
SPEND = _Target.of(spend, ("arm", "amount_micros", "currency"))
_DECIDED = Lookup(
    select(
        decisions.c.decision_id, decisions.c.seq, decisions.c.arm, decisions.c.time, decisions.c.simulated
    ),
    decisions.c.decision_id,
)
_SHOWN = Prepared(
    select(shown.c.variant_id, shown.c.placement).where(shown.c.seq == bindparam("arm")), ["arm"]
)
Decided = tuple[str, int, int, int, int]
"""(decision_id, seq, arm, time, simulated)"""


@dataclass(frozen=True, slots=True)
class _Book:
    """What a batch needs to know of decisions and arms."""

    connection: Connection
    arms: ArmBook
    decided: dict[str, Decided]
    shown: dict[int, tuple[str, str]] = field(default_factory=dict)
    """(variant, placement) of the arms that were asked for."""

    @staticmethod
    def of(connection: Connection, arms: ArmBook, records: Sequence[Receipt | SpendRecord]) -> _Book:
        """With the stored decisions that the records name."""
        wanted = {record.decision_id for record in records if isinstance(record.decision_id, str)}
        found: dict[str, Any] = {row[0]: row for row in _DECIDED.rows(connection, sorted(wanted))}
        return _Book(connection, arms, found)


def write_receipts(connection: Connection, arms: ArmBook, receipts: Sequence[Receipt]) -> Outcome:
    """Store the receipts that are new; the rows of errors count from 1 within `receipts`."""
    book = _Book.of(connection, arms, receipts)
    kept = kept_since(connection)

    def row_of(receipt: Receipt) -> Values:
        row = _event_row(book, receipt)
        if row[2] < kept:
            raise BannerError(
                "this is older than the raw events that are kept, so nobody knows whether it was counted",
                field="time",
                hint=f"send what happened since {to_datetime(kept).isoformat(timespec='minutes')}",
            )
        return row

    return _write_new(connection, EVENTS, receipts, row_of)


def write_spend(connection: Connection, arms: ArmBook, records: Sequence[SpendRecord]) -> Outcome:
    """Store the spend that is new; the rows of errors count from 1 within `records`."""
    book = _Book.of(connection, arms, records)
    return _write_new(connection, SPEND, records, lambda record: _spend_row(book, record))


def _write_new(
    connection: Connection, into: _Target, records: Sequence[T], row_of: Callable[[T], Values]
) -> Outcome:
    """An event_id that is there already is a duplicate where it means the same, else an error."""
    rejected: list[BannerError] = []
    repeated: list[tuple[int, Values]] = []
    rows: dict[str, Values] = {}
    positions: dict[str, int] = {}
    for position, record in enumerate(records, start=1):
        try:
            row = row_of(record)
        except BannerError as error:
            error.row = position
            rejected.append(error)
            continue
        first = rows.setdefault(row[0], row)
        if first is row:
            positions[row[0]] = position
        else:
            repeated.append((position, row))
    # In the order of the ids, which is that of the index: each of its pages is visited once.
    new = sorted(rows.values(), key=itemgetter(0))
    before = into.newest.scalar(connection) or 0
    accepted = into.insert.many(connection, new)
    known: dict[str, Values] = {}
    if accepted < len(new):
        known = {row[0]: row for row in into.older.rows(connection, list(rows), before)}
        repeated += [(positions[event_id], rows[event_id]) for event_id in known]
    duplicates = set()
    for position, row in repeated:
        if into.meaning(row) == into.meaning(known.get(row[0], rows[row[0]])):
            duplicates.add(position)
        else:
            rejected.append(
                BannerError(
                    f"event id '{row[0]}' already names something else",
                    row=position,
                    field="event_id",
                    hint="give each event an id of its own",
                )
            )
    rejected.sort(key=lambda error: error.row or 0)
    return Outcome(accepted, len(duplicates), rejected, frozenset(duplicates))


def _event_row(book: _Book, receipt: Receipt) -> Values:
    check_id(receipt.event_id, "event_id")
    kind = _KIND.get(receipt.kind)
    if kind is None:
        raise BannerError(
            f"unknown kind '{receipt.kind}'", field="kind", hint=did_you_mean(str(receipt.kind), KINDS)
        )
    time = to_micros(receipt.time)
    flags = ""
    if receipt.flags:
        check_flags(receipt.flags)
        flags = ",".join(sorted(set(receipt.flags)))
    arm, decision = _subject(book, receipt)
    if decision is None:
        return (
            receipt.event_id, kind, time, arm, None, None, flags, receipt.source, int(receipt.simulated)
        )  # fmt: skip
    _, seq, _, decided_at, decided_simulated = decision
    simulated = int(receipt.simulated or bool(decided_simulated))
    return receipt.event_id, kind, time, arm, seq, time - decided_at, flags, receipt.source, simulated


def _spend_row(book: _Book, record: SpendRecord) -> Values:
    check_id(record.event_id, "event_id")
    check_money(record.amount_micros, record.currency, "amount")
    decision = None
    if record.decision_id is None and record.variant_id is None:
        if record.placement is None or record.campaign is None:
            raise BannerError(
                "spend without a decision, a variant or a placement",
                field="placement",
                hint="name decision_id, or placement (with variant_id where it is known)",
            )
        arm = book.arms.of_placement(record.campaign, record.placement)
    else:
        arm, decision = _subject(book, record)
    simulated = int(record.simulated or bool(decision and decision[4]))
    time = to_micros(record.time)
    return (
        record.event_id, time, arm, record.amount_micros, record.currency, record.source, simulated
    )  # fmt: skip


def _subject(book: _Book, record: Receipt | SpendRecord) -> tuple[int, Decided | None]:
    """(arm, the decision or None) of what a record names."""
    if record.decision_id is not None:
        decision: Decided | None = book.decided.get(record.decision_id)
        if decision is None:
            raise BannerError(
                f"unknown decision '{record.decision_id}'",
                field="decision_id",
                hint="ingest the run that made it first (banner track ingest)",
            )
        if record.variant_id is not None or record.placement is not None:
            _check_shown(book, record, decision)
        return decision[2], decision
    for name in ("variant_id", "placement"):
        if not getattr(record, name):
            raise BannerError(
                "neither a decision nor a variant in a placement",
                field=name,
                hint="name decision_id, or variant_id and placement",
            )
    assert record.variant_id is not None and record.placement is not None
    return book.arms.of_variant(record.variant_id, record.placement), None


def _check_shown(book: _Book, record: Receipt | SpendRecord, decision: Decided) -> None:
    """BannerError where a record says of its decision what is not so."""
    arm = decision[2]
    if arm not in book.shown:
        ((variant_id, placement),) = _SHOWN.all(book.connection, (arm,))
        book.shown[arm] = (variant_id, placement)
    variant_id, placement = book.shown[arm]
    for name, said, known in (
        ("variant_id", record.variant_id, variant_id),
        ("placement", record.placement, placement),
    ):
        if said is not None and said != known:
            raise BannerError(
                f"decision '{record.decision_id}' has {name} '{known}', not '{said}'", field=name
            )
