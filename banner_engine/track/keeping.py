"""Keeping a store in order: is it whole, what is too old, what must be forgotten, and room given back."""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from banner_engine.errors import BannerError
from banner_engine.track.database import clear_errors
from banner_engine.track.rollups import (
    PRUNED,
    Spent,
    fold_all,
    kept_since,
    newest,
    roll,
    set_mark,
)
from banner_engine.track.rules import MICRO, read_rules
from banner_engine.track.store import Store
from banner_engine.track.tables import (
    MEASURES,
    arms,
    decisions,
    events,
    firsts,
    forgotten,
    hourly,
    hourly_spend,
    spend,
    variants,
)
from banner_engine.track.times import HOUR, to_micros
from banner_engine.track.writing import shredded

MOST_TOLD = 20
_GROSS = [MEASURES.index(name) for name in ("impressions_gross", "clicks_gross", "flagged")]


def check(path: Path) -> list[str]:
    """What is wrong with a store, one line each; [] where nothing is.

    Every page and index (SQLite's integrity check), every reference from one table to another, and every
    roll-up against a recount of the raw events. BannerError where there is no store at all.
    """
    try:
        with clear_errors(path), Store.open(path, create=False) as store:
            problems = _pages(path)
            if not problems:
                with store.read() as connection:
                    problems = [*_references(connection), *_counts(connection)]
    except BannerError as error:
        if error.kind != "store" or not path.exists():
            raise
        return [error.message]
    return problems[:MOST_TOLD]


def _pages(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        try:
            found = [row[0] for row in connection.execute(f"PRAGMA integrity_check({MOST_TOLD})")]
        except sqlite3.DatabaseError as error:
            return [f"the file is damaged: {error}"]
    return [] if found == ["ok"] else [f"the file is damaged: {' '.join(line.split())}" for line in found]


def _references(connection: Connection) -> list[str]:
    known: list[tuple[str, Table, ColumnElement[int], ColumnElement[int]]] = [
        ("events name an arm", events, events.c.arm, arms.c.seq),
        ("events name a decision", events, events.c.decision, decisions.c.seq),
        ("decisions name an arm", decisions, decisions.c.arm, arms.c.seq),
        ("spend names an arm", spend, spend.c.arm, arms.c.seq),
    ]
    found = []
    for what, table, column, there in known:
        missing = column.is_not(None) & column.not_in(select(there))
        number = connection.execute(select(func.count()).select_from(table).where(missing)).scalar_one()
        if number:
            found.append(f"{number:,} {what} that is not in the store")
    strange = (arms.c.variant_id != "") & arms.c.variant_id.not_in(select(variants.c.variant_id))
    number = connection.execute(select(func.count()).select_from(arms).where(strange)).scalar_one()
    return [*found, f"{number:,} arms name a variant that is not in the store"] if number else found


def _counts(connection: Connection) -> list[str]:
    """Where the roll-ups and a recount differ. Of hours whose raw events are partly gone, gross only."""
    deltas, spent = fold_all(connection)
    since = kept_since(connection)
    kept = {
        (row.simulated, row.hour, row.arm): list(row[3:])
        for row in connection.execute(select(hourly).where(hourly.c.hour >= since))
    }
    found = []
    for key in sorted(kept.keys() | {key for key in deltas.hourly if key[1] >= since}):
        rolled = kept.get(key, [0] * len(MEASURES))
        counted = deltas.hourly.get(key, [0] * len(MEASURES))
        if since:
            rolled, counted = ([cell[place] for place in _GROSS] for cell in (rolled, counted))
        if rolled != counted:
            hour = dt.datetime.fromtimestamp(key[1] // 1_000_000, dt.UTC).isoformat()
            found.append(f"the roll-up of arm {key[2]} in the hour of {hour} says {rolled}, events {counted}")
    money: Spent = {
        (row.simulated, row.hour, row.arm, row.currency): row.micros
        for row in connection.execute(select(hourly_spend))
    }
    found += [
        f"the roll-up of spend of arm {key[2]} says {money.get(key, 0)} micros, spend {spent.get(key, 0)}"
        for key in sorted(money.keys() | spent.keys())
        if money.get(key, 0) != spent.get(key, 0)
    ]
    return found


def prune(store: Store, now: dt.datetime) -> int:
    """Delete raw events that are older than their campaign's rules keep them. Gives their number.

    Roll-ups stay, so reports say the same. What happened before is refused from then on: whether it was
    counted could not be told any more.
    """
    gone = 0
    with store.write() as connection:
        roll(connection)
        horizon = kept_since(connection)
        for campaign, rules in read_rules(connection).items():
            if rules.keep is None:
                continue
            before = (to_micros(now) - rules.keep // MICRO) // HOUR * HOUR
            of_campaign = select(arms.c.seq).where(arms.c.campaign == campaign)
            # The newest row stays: without it SQLite would give its number again, behind the mark.
            old = delete(events).where(
                events.c.arm.in_(of_campaign),
                events.c.time < before,
                events.c.seq < newest(connection, "events"),
            )
            deleted = connection.execute(old).rowcount
            if deleted:
                horizon = max(horizon, before)
            gone += deleted
        if gone:
            set_mark(connection, PRUNED, horizon)
            still = select(events.c.decision).where(events.c.decision.is_not(None))
            ended = select(decisions.c.seq).where(decisions.c.time < horizon - _longest(connection))
            connection.execute(
                delete(firsts).where(firsts.c.decision.in_(ended), firsts.c.decision.not_in(still))
            )
    return gone


def _longest(connection: Connection) -> int:
    return max(rules.late // MICRO for rules in read_rules(connection).values())


def vacuum(path: Path) -> tuple[int, int]:
    """Give room back to the disk. Gives the file's bytes before and after."""
    before = _bytes(path)
    with clear_errors(path), closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA optimize")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return before, _bytes(path)


def _bytes(path: Path) -> int:
    parts = (path, path.with_name(f"{path.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def forget(store: Store, user: str) -> int:
    """Cut every decision of one user off from them; gives their number. user: the pseudonym. Totals stay.

    Decisions lose the pseudonym, and their id, which could be worked out again from the user's name and the
    campaign's key; links that carry the old id count no more. Neither a run that is ingested again nor a
    link brings the user back. Freed bytes are overwritten, also those of the log.
    """
    with store.write() as connection:
        query = select(decisions.c.seq, decisions.c.decision_id).where(decisions.c.user == user)
        found = connection.execute(query).all()
        for seq, _ in found:
            statement = update(decisions).where(decisions.c.seq == seq)
            connection.execute(statement.values(user=None, decision_id=f"forgotten-{secrets.token_hex(16)}"))
        traces = [shredded(trace) for trace in (user, *(decision_id for _, decision_id in found))]
        connection.execute(
            sqlite_insert(forgotten).on_conflict_do_nothing(), [{"user": one} for one in traces]
        )
    with (
        clear_errors(store.path),
        closing(sqlite3.connect(store.path, timeout=60, isolation_level=None)) as log,
    ):
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(found)
