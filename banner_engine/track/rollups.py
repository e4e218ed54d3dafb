"""Roll-ups by the hour: kept behind the events by a mark, in the transaction of whoever writes.

`rolled` holds the last row of events and of spend that the roll-ups know. A writer rolls what lies behind
the mark once ROLL_AT rows have come, a reader folds the few that are left in memory: a report is always
exact, and a page of the roll-ups is written once for many events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, bindparam, delete, func, null, select
from sqlalchemy.dialects.sqlite import insert

from banner_engine.errors import BannerError
from banner_engine.track.fold import Deltas, Folder
from banner_engine.track.prepared import Prepared
from banner_engine.track.rules import read_rules
from banner_engine.track.tables import (
    MEASURES,
    arms,
    events,
    firsts,
    hourly,
    hourly_spend,
    reasons,
    rolled,
    spend,
)

ROLL_AT = 500
PRUNED = "pruned"
AT_ONCE = 50_000
_SOURCES: dict[str, Table] = {"events": events, "spend": spend}

_MARK = Prepared(select(rolled.c.seq).where(rolled.c.name == bindparam("name")), ["name"])
_NEWEST = {name: Prepared(select(func.max(table.c.seq))) for name, table in _SOURCES.items()}
_KEY = itemgetter(0)


def _adding(table: Table, measures: tuple[str, ...]) -> Prepared:
    """An insert that adds to the row that is there."""
    statement = insert(table)
    adding = statement.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={name: table.c[name] + statement.excluded[name] for name in measures},
    )
    return Prepared(adding, [column.name for column in table.c])


def _setting_firsts() -> Prepared:
    statement = insert(firsts)
    setting = statement.on_conflict_do_update(
        index_elements=["decision", "simulated"],
        set_={name: statement.excluded[name] for name in ("shown", "clicked", "seen")},
    )
    return Prepared(setting, [column.name for column in firsts.c])


def _rows(*known: ColumnElement[Any]) -> Select[Any]:
    """The columns that `Folder.fold` takes, in the order in which the events were stored."""
    e = events.c
    columns = (e.kind, e.time, e.arm, arms.c.campaign, e.decision, e.lag, e.flags, e.simulated)
    return select(*columns, *known).join_from(events, arms, arms.c.seq == e.arm).order_by(e.seq)


def _unrolled() -> Prepared:
    known = and_(firsts.c.decision == events.c.decision, firsts.c.simulated == events.c.simulated)
    query = _rows(firsts.c.shown, firsts.c.clicked, firsts.c.seen).outerjoin(firsts, known)
    return Prepared(
        query.where(events.c.seq > bindparam("before"), events.c.seq <= bindparam("after")),
        ["before", "after"],
    )


_WAITING = _unrolled()
_SET_FIRSTS = _setting_firsts()
_ADD_HOURLY = _adding(hourly, MEASURES)
_ADD_REASONS = _adding(reasons, ("receipts",))
_ADD_SPENT = _adding(hourly_spend, ("micros",))

Spent = dict[tuple[int, int, int, str], int]
"""(simulated, hour, arm, currency) → micros."""


def folder(connection: Connection) -> Folder:
    """A folder by the rules that hold now."""
    return Folder(read_rules(connection))


def mark(connection: Connection, name: str) -> int:
    """The last row of a source that the roll-ups hold, 0 for none."""
    return int(_MARK.scalar(connection, (name,)) or 0)


def newest(connection: Connection, name: str) -> int:
    """The last row of a source, 0 for none."""
    return int(_NEWEST[name].scalar(connection) or 0)


def roll_if_due(connection: Connection, name: str) -> None:
    """Roll a source where ROLL_AT rows or more wait for it. The caller holds the write lock."""
    if newest(connection, name) - mark(connection, name) >= ROLL_AT:
        roll(connection)


def roll(connection: Connection) -> None:
    """Bring the roll-ups up to the newest row. The caller holds the write lock."""
    by_rules = folder(connection)
    for rows, last in _waiting(connection, mark(connection, "events")):
        deltas = Deltas()
        by_rules.fold(rows, deltas)
        _add(connection, deltas)
        set_mark(connection, "events", last)
    before, last = mark(connection, "spend"), newest(connection, "spend")
    if last > before:
        _add_spent(connection, waiting_spend(connection, by_rules))
        set_mark(connection, "spend", last)


def roll_again(connection: Connection) -> None:
    """Forget the roll-ups and make them of all events and spend. The caller holds the write lock."""
    for table in (firsts, hourly, hourly_spend, reasons):
        connection.execute(delete(table))
    connection.execute(delete(rolled).where(rolled.c.name.in_(list(_SOURCES))))
    roll(connection)


def rolled_extent(connection: Connection) -> list[int]:
    """The first and the last hours of the roll-ups, [] where they are empty."""
    ends: list[int] = []
    for table in (hourly, hourly_spend):
        for simulated in (0, 1):
            query = select(func.min(table.c.hour), func.max(table.c.hour))
            found = connection.execute(query.where(table.c.simulated == simulated)).one()
            ends += [end for end in found if end is not None]
    return ends


def unrolled_extent(connection: Connection) -> list[int]:
    """The first and the last instant of what waits for the roll-ups, [] where nothing does."""
    ends: list[int] = []
    for name, table in _SOURCES.items():
        query = select(func.min(table.c.time), func.max(table.c.time))
        found = connection.execute(query.where(table.c.seq > mark(connection, name))).one()
        ends += [end for end in found if end is not None]
    return ends


def kept_since(connection: Connection) -> int:
    """The instant before which raw events are gone, 0 where all are there."""
    return mark(connection, PRUNED)


def check_complete(connection: Connection) -> None:
    """BannerError where raw events are gone, so that nothing but the roll-ups can tell what was counted."""
    if kept_since(connection):
        raise BannerError(
            "older raw events are gone, so they can't be counted by other rules",
            hint="report with the rules that the store has (banner store rules)",
            kind="store",
        )


def waiting(connection: Connection) -> Deltas:
    """What the events that are not rolled yet add."""
    deltas = Deltas()
    by_rules = folder(connection)
    for rows, _ in _waiting(connection, mark(connection, "events")):
        by_rules.fold(rows, deltas)
    return deltas


def fold_all(connection: Connection) -> tuple[Deltas, Spent]:
    """What all raw events and spend come to that the roll-ups should hold: the recount."""
    query = _rows(null(), null(), null()).where(events.c.seq <= mark(connection, "events"))
    deltas = Deltas()
    by_rules = folder(connection)
    for part in connection.execute(query).partitions(AT_ONCE):
        by_rules.fold(part, deltas)
    return deltas, _spent(connection, by_rules, 0, mark(connection, "spend"))


def waiting_spend(connection: Connection, by_rules: Folder) -> Spent:
    """What the spend that is not rolled yet adds."""
    return _spent(connection, by_rules, mark(connection, "spend"), newest(connection, "spend"))


def _spent(connection: Connection, by_rules: Folder, after: int, last: int) -> Spent:
    columns = (spend.c.simulated, spend.c.time, spend.c.arm, spend.c.currency, spend.c.amount_micros)
    query = select(*columns, arms.c.campaign).join_from(spend, arms, arms.c.seq == spend.c.arm)
    query = query.where(spend.c.seq > after, spend.c.seq <= last)
    spent: Spent = {}
    for simulated, time, arm, currency, micros, campaign in connection.execute(query):
        key = (simulated, by_rules.hour(campaign, time), arm, currency)
        spent[key] = spent.get(key, 0) + micros
    return spent


def _waiting(connection: Connection, before: int) -> Iterator[tuple[Sequence[Any], int]]:
    """The events after a row, with what is known of their decisions, and the last row of each part.

    A later part must see what earlier ones have made known: `roll` writes it, and Deltas remember it.
    """
    last = newest(connection, "events")
    while before < last:
        after = min(before + AT_ONCE, last)
        yield _WAITING.all(connection, (before, after)), after
        before = after


def _add(connection: Connection, deltas: Deltas) -> None:
    # In the order of the keys: each page is visited once.
    _SET_FIRSTS.many(connection, [(*key, *first) for key, first in sorted(deltas.firsts.items(), key=_KEY)])
    _ADD_HOURLY.many(connection, [(*key, *cell) for key, cell in sorted(deltas.hourly.items(), key=_KEY)])
    _ADD_REASONS.many(connection, [(*key, number) for key, number in sorted(deltas.reasons.items())])


def _add_spent(connection: Connection, spent: Spent) -> None:
    _ADD_SPENT.many(connection, [(*key, micros) for key, micros in sorted(spent.items())])


def set_mark(connection: Connection, name: str, seq: int) -> None:
    statement = insert(rolled).values(name=name, seq=seq)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"seq": seq}))
