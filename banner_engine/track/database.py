"""How the SQLite file is opened, locked and committed, and how its errors become one clear line.

WAL with synchronous=FULL: a commit returns after the log is on the disk, readers see a snapshot and
wait for nobody. One writer at a time by BEGIN IMMEDIATE; the others wait their turn.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from banner_engine.errors import BannerError

WAIT_SECONDS = 60.0
CACHE_KIB = 32 * 1024
# 16 MB of log between checkpoints: copying it back is part of some commit, which waits 20 ms for it.
LOG_PAGES = 4_096
_WRITES = "banner_writes"


def open_engine(path: Path) -> Engine:
    """An engine on the file, which is created when it is not there."""
    engine = create_engine(URL.create("sqlite", database=str(path)))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine, whose transactions take the write lock when they begin."""
    return engine.execution_options(**{_WRITES: True})


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" below is the only one that begins
    connection.execute(f"PRAGMA busy_timeout = {int(WAIT_SECONDS * 1000)}")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten, not only let go
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


def _write_ahead(connection: Any) -> None:
    # Two processes that meet in a new file: SQLite refuses one of them at once, without waiting.
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_CLEAR = (
    ("not a database", "this file is not a banner store", "give the path of a track.db"),
    ("malformed", "the store is damaged", "restore it from a copy"),
    ("disk is full", "the disk is full; nothing of this batch was stored", "make room and send it again"),
    ("readonly", "the store can't be written", "check its permissions"),
    ("unable to open", "the store can't be opened", "check that its folder exists and can be written"),
    ("locked", f"another process held the store for {WAIT_SECONDS:.0f} s", "try again when it has finished"),
    ("disk I/O error", "the disk failed; nothing of this batch was stored", "check the disk"),
)


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite says about the file into a BannerError; mistakes in our own SQL stay as they are."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        for sign, message, hint in _CLEAR:
            if sign in said:
                raise BannerError(message, file=path, hint=hint, kind="store") from error
        raise
