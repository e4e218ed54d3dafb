"""Schema versions: the steps that make a store, in order. A step, once released, never changes.

A new version is a new entry at the end of STEPS, the tables' new shape in `tables`, and a fixture of
the version before it in `tests/track`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select

from banner_engine.errors import BannerError
from banner_engine.track.tables import schema_version


@dataclass(frozen=True, slots=True)
class Step:
    description: str
    statements: tuple[str, ...]


STEPS: tuple[Step, ...] = (
    Step(
        "runs, variants, arms, decisions, events, spend, counts",
        (
            "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, description TEXT NOT NULL)",
            """CREATE TABLE runs (
                run_id TEXT NOT NULL PRIMARY KEY, campaign TEXT NOT NULL, time BIGINT NOT NULL,
                details TEXT NOT NULL)""",
            """CREATE TABLE variants (
                variant_id TEXT NOT NULL PRIMARY KEY, campaign TEXT NOT NULL, creative_id TEXT NOT NULL,
                theme TEXT NOT NULL, palette TEXT NOT NULL, seed BIGINT NOT NULL, layout TEXT NOT NULL,
                width INTEGER NOT NULL, height INTEGER NOT NULL, locale TEXT NOT NULL,
                products TEXT NOT NULL, product_type TEXT NOT NULL, "copy" TEXT NOT NULL,
                recipe TEXT NOT NULL)""",
            """CREATE TABLE arms (
                seq INTEGER PRIMARY KEY, campaign TEXT NOT NULL, placement TEXT NOT NULL,
                variant_id TEXT NOT NULL, theme TEXT NOT NULL, palette TEXT NOT NULL, layout TEXT NOT NULL,
                "copy" TEXT NOT NULL, product_type TEXT NOT NULL, product TEXT NOT NULL,
                policy TEXT NOT NULL, grade TEXT NOT NULL, locale TEXT NOT NULL)""",
            """CREATE UNIQUE INDEX arms_key ON arms (campaign, placement, variant_id, theme, palette,
                layout, "copy", product_type, product, policy, grade, locale)""",
            """CREATE TABLE decisions (
                seq INTEGER PRIMARY KEY, decision_id TEXT NOT NULL, run_id TEXT NOT NULL,
                arm INTEGER NOT NULL, "user" TEXT, time BIGINT NOT NULL, propensity FLOAT NOT NULL,
                simulated SMALLINT NOT NULL)""",
            "CREATE UNIQUE INDEX decisions_id ON decisions (decision_id)",
            """CREATE TABLE events (
                seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL, kind SMALLINT NOT NULL,
                time BIGINT NOT NULL, arm INTEGER NOT NULL, decision INTEGER, lag BIGINT,
                flags TEXT NOT NULL, source TEXT NOT NULL, simulated SMALLINT NOT NULL)""",
            "CREATE UNIQUE INDEX events_id ON events (event_id)",
            "CREATE INDEX events_decision ON events (decision, kind, time)",
            """CREATE TABLE spend (
                seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL, time BIGINT NOT NULL,
                arm INTEGER NOT NULL, amount_micros BIGINT NOT NULL, currency TEXT NOT NULL,
                source TEXT NOT NULL, simulated SMALLINT NOT NULL)""",
            "CREATE UNIQUE INDEX spend_id ON spend (event_id)",
            """CREATE TABLE counts (
                source TEXT NOT NULL, campaign TEXT NOT NULL, placement TEXT NOT NULL,
                variant_id TEXT NOT NULL, start BIGINT NOT NULL, "end" BIGINT NOT NULL,
                currency TEXT NOT NULL, impressions BIGINT NOT NULL, clicks BIGINT NOT NULL,
                spend_micros BIGINT NOT NULL,
                PRIMARY KEY (source, campaign, placement, variant_id, start, "end", currency))""",
        ),
    ),
    # It cost a third of the rate of writing; a count of net sorts the decisions in the time it saved.
    Step("no index of events by decision", ("DROP INDEX events_decision",)),
    Step(
        "roll-ups by the hour, rules, pauses, forgotten users",
        (
            """CREATE TABLE firsts (
                decision INTEGER NOT NULL, simulated SMALLINT NOT NULL, shown BIGINT, clicked BIGINT,
                seen SMALLINT NOT NULL, PRIMARY KEY (decision, simulated)) WITHOUT ROWID""",
            """CREATE TABLE hourly (
                simulated SMALLINT NOT NULL, hour BIGINT NOT NULL, arm INTEGER NOT NULL,
                impressions BIGINT NOT NULL, clicks BIGINT NOT NULL, impressions_gross BIGINT NOT NULL,
                clicks_gross BIGINT NOT NULL, clicks_without_impression BIGINT NOT NULL,
                flagged BIGINT NOT NULL, PRIMARY KEY (simulated, hour, arm)) WITHOUT ROWID""",
            """CREATE TABLE hourly_spend (
                simulated SMALLINT NOT NULL, hour BIGINT NOT NULL, arm INTEGER NOT NULL,
                currency TEXT NOT NULL, micros BIGINT NOT NULL,
                PRIMARY KEY (simulated, hour, arm, currency)) WITHOUT ROWID""",
            """CREATE TABLE reasons (
                simulated SMALLINT NOT NULL, campaign TEXT NOT NULL, hour BIGINT NOT NULL,
                reason TEXT NOT NULL, receipts BIGINT NOT NULL,
                PRIMARY KEY (simulated, campaign, hour, reason)) WITHOUT ROWID""",
            "CREATE TABLE rolled (name TEXT NOT NULL PRIMARY KEY, seq BIGINT NOT NULL)",
            """CREATE TABLE rules (
                campaign TEXT NOT NULL PRIMARY KEY, timezone TEXT NOT NULL, early BIGINT NOT NULL,
                late BIGINT NOT NULL, keep BIGINT)""",
            """CREATE TABLE pauses (
                seq INTEGER PRIMARY KEY, time BIGINT NOT NULL, campaign TEXT NOT NULL,
                dimension TEXT NOT NULL, value TEXT NOT NULL, placement TEXT NOT NULL,
                paused SMALLINT NOT NULL, who TEXT NOT NULL, reason TEXT NOT NULL, numbers TEXT NOT NULL)""",
            'CREATE TABLE forgotten ("user" TEXT NOT NULL PRIMARY KEY)',
        ),
    ),
)


def version_of(connection: Connection, path: Path) -> int:
    """The store's schema version, 0 for an empty database; BannerError for another program's database."""
    names = inspect(connection).get_table_names()
    if "schema_version" in names:
        applied = connection.execute(select(schema_version.c.version)).scalars().all()
        return max(applied, default=0)
    if names:
        raise BannerError(
            "this SQLite database is not a banner store",
            file=path,
            hint="give the path of a track.db, or of a file that does not exist yet",
            kind="store",
        )
    return 0


def migrate(connection: Connection, path: Path, steps: tuple[Step, ...] = STEPS) -> int:
    """Bring the store to the newest version; the caller holds the write lock. Gives the version found."""
    found = version_of(connection, path)
    if found > len(steps):
        raise BannerError(
            f"the store has schema version {found}, and this program knows versions up to {len(steps)}",
            file=path,
            hint="update banner-engine",
            kind="store",
        )
    for version, step in enumerate(steps[found:], start=found + 1):
        for statement in step.statements:
            connection.exec_driver_sql(statement)
        connection.execute(insert(schema_version), {"version": version, "description": step.description})
    return found
