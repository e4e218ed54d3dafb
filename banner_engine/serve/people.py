"""Preferences by pseudonym, so that a request's user key finds them. Nobody's name or key is in the file.

`STATE/profiles.db`: written by `banner profiles load`, read while serving, also while it is written.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, Table, Text, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from banner_engine.errors import BannerError
from banner_engine.load.profiles import Event, Profile, profile_of
from banner_engine.serve.desk import INLINE, Recent
from banner_engine.track.database import clear_errors, open_engine, writing
from banner_engine.track.runs import pseudonym

FILE = "profiles.db"
BATCH = 2_000
REMEMBERED = 50_000
_metadata = MetaData()
_profiles = Table(
    "profiles",
    _metadata,
    Column("user", Text, primary_key=True),
    Column("data", Text, nullable=False),
    sqlite_with_rowid=False,
)
_FIND = "SELECT data FROM profiles WHERE user = ?"


class People:
    """The profiles of a state's folder. key: the campaign's secret. Safe for threads and processes."""

    def __init__(self, state: Path, key: bytes) -> None:
        self.path = state / FILE
        self._key = key
        self._engine = open_engine(self.path)
        self._recent: Recent[str, Profile] = Recent(REMEMBERED)
        with clear_errors(self.path), writing(self._engine).begin() as connection:
            _metadata.create_all(connection)
        self._held = self._engine.raw_connection()
        self._reading: Any = self._held.driver_connection
        self._seen = self._stamp()

    def pseudonym(self, user: str) -> str:
        return pseudonym(self._key, user)

    def find(self, user: str) -> Profile | None:
        """The profile of a pseudonym; its user_id is the pseudonym."""
        found = self._recent.get(user)
        if found is None:
            # on the path of every bid: the driver itself is asked, in a tenth of the time
            with clear_errors(self.path):
                row = self._reading.execute(_FIND, (user,)).fetchone()
            if row is None:
                return None
            found = _read(user, json.loads(row[0]))
            self._recent.put(user, found)
        return found

    def changed(self) -> bool:
        """Whether somebody has written since this was last asked; what is remembered is then read anew."""
        stamp = self._stamp()
        if stamp == self._seen:
            return False
        self._seen = stamp
        self._recent.clear()
        return True

    def _stamp(self) -> tuple[tuple[int, int], ...]:
        found = []
        for path in (self.path, self.path.with_name(f"{FILE}-wal")):
            with suppress(FileNotFoundError):
                stat = path.stat()
                found.append((stat.st_mtime_ns, stat.st_size))
        return tuple(found)

    def inline(self, data: dict[str, Any]) -> Profile:
        """The profile that a request says outright. BannerError where it is wrong."""
        try:
            return profile_of({**data, "user_id": INLINE})
        except Exception as error:
            field = getattr(error, "field", None)
            if field is None:
                raise
            raise BannerError(
                str(error), field=f"profile.{field}", hint=getattr(error, "hint", None)
            ) from None

    def load(self, profiles: Iterable[Profile], progress: Callable[[int], None] | None = None) -> int:
        """Keep profiles, each under its user's pseudonym; one that is there is replaced. Gives their number."""
        done = 0
        batch: list[dict[str, str]] = []
        for profile in profiles:
            batch.append({"user": self.pseudonym(profile.user_id), "data": _written(profile)})
            if len(batch) == BATCH:
                done += self._store(batch, progress)
                batch = []
        if batch:
            done += self._store(batch, progress)
        return done

    def _store(self, batch: list[dict[str, str]], progress: Callable[[int], None] | None) -> int:
        statement = insert(_profiles)
        statement = statement.on_conflict_do_update(
            index_elements=["user"], set_={"data": statement.excluded.data}
        )
        with clear_errors(self.path), writing(self._engine).begin() as connection:
            connection.execute(statement, batch)
        for row in batch:
            self._recent.drop(row["user"])
        if progress is not None:
            progress(len(batch))
        return len(batch)

    def forget(self, user: str) -> bool:
        """Erase what is kept of a pseudonym. Gives whether there was anything."""
        self._recent.drop(user)
        with clear_errors(self.path), writing(self._engine).begin() as connection:
            return connection.execute(delete(_profiles).where(_profiles.c.user == user)).rowcount > 0

    def __len__(self) -> int:
        with clear_errors(self.path), self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(_profiles)).scalar_one())

    def close(self) -> None:
        self._held.close()
        self._engine.dispose()


def _written(profile: Profile) -> str:
    """Tastes and events; neither the user's id nor a name."""
    data = {
        "l": profile.locale,
        "t": profile.types,
        "b": profile.brands,
        "p": profile.price_band,
        "e": [[one.name, one.item_id, one.time.isoformat()] for one in profile.events],
    }
    return json.dumps({name: value for name, value in data.items() if value}, ensure_ascii=False)


def _read(user: str, data: dict[str, Any]) -> Profile:
    band = data.get("p")
    return Profile(
        user,
        data.get("l"),
        tuple((name, value) for name, value in data.get("t", ())),
        tuple((name, value) for name, value in data.get("b", ())),
        (band[0], band[1]) if band else None,
        tuple(Event(name, item, dt.datetime.fromisoformat(time)) for name, item, time in data.get("e", ())),
    )
