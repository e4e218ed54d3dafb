"""Pauses: what is not to be shown, who said so, when, why, and by which numbers. Nothing is ever deleted.

A line pauses or resumes one value of one dimension, everywhere or in one placement; the newest line about
the same thing holds. A line for one placement does not touch what was said for all of them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.track.store import Store
from banner_engine.track.tables import pauses
from banner_engine.track.times import to_datetime, to_micros

DIMENSIONS = ("variant", "theme", "copy", "product")
MOST_STALE = 2.0
"""Seconds that `PauseBoard` may trust what it read; with a commit's time this stays below 5."""


@dataclass(frozen=True, slots=True)
class Pause:
    """One line. placement: None for all of them. paused: False where it resumes.

    numbers: what was known of it when this was decided, as `report` tells it.
    """

    campaign: str
    dimension: str
    value: str
    placement: str | None
    paused: bool
    time: dt.datetime
    who: str
    reason: str
    numbers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def about(self) -> tuple[str, str, str | None]:
        return self.dimension, self.value, self.placement

    def __str__(self) -> str:
        where = f" in {self.placement}" if self.placement else ""
        verb = "paused" if self.paused else "resumed"
        when = self.time.isoformat(sep=" ", timespec="minutes")
        return f"{self.dimension} {self.value}{where} {verb} by {self.who}, {when}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Paused:
    """What is paused now, as sets that a choice asks."""

    everywhere: frozenset[tuple[str, str]] = frozenset()
    somewhere: frozenset[tuple[str, str, str]] = frozenset()

    @classmethod
    def of(cls, standing: Iterable[Pause]) -> Paused:
        lines = list(standing)
        return cls(
            frozenset((one.dimension, one.value) for one in lines if one.placement is None),
            frozenset((one.dimension, one.value, one.placement) for one in lines if one.placement),
        )

    def __bool__(self) -> bool:
        return bool(self.everywhere or self.somewhere)

    @property
    def digest(self) -> str:
        """SHA-256, hex: the same for the same things, whenever and by whomever they were paused."""
        said = [sorted(self.everywhere), sorted(self.somewhere)]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def holds(self, placement: str, *, variant: str, theme: str, copy: str, product: str) -> bool:
        """Whether this may not be shown in this placement."""
        if not self:
            return False
        shown = (("variant", variant), ("theme", theme), ("copy", copy), ("product", product))
        return any(part in self.everywhere or (*part, placement) in self.somewhere for part in shown)


def write_pause(store: Store, line: Pause) -> None:
    """Store a line; on return it is on the disk. BannerError for a dimension or text that can't be."""
    if line.dimension not in DIMENSIONS:
        raise BannerError(
            f"a '{line.dimension}' can't be paused",
            field=line.dimension,
            hint=did_you_mean(line.dimension, DIMENSIONS),
        )
    for name in ("campaign", "value", "who", "reason"):
        if not getattr(line, name).strip():
            raise BannerError(f"a pause needs a {name}", field=name)
    with store.write() as connection:
        connection.execute(
            insert(pauses),
            {
                "time": to_micros(line.time),
                "campaign": line.campaign,
                "dimension": line.dimension,
                "value": line.value,
                "placement": line.placement or "",
                "paused": int(line.paused),
                "who": line.who,
                "reason": line.reason,
                "numbers": json.dumps(line.numbers, ensure_ascii=False, sort_keys=True),
            },
        )


def read_pauses(connection: Connection, campaign: str) -> list[Pause]:
    """Every line of a campaign, in the order in which they were said."""
    query = select(pauses).where(pauses.c.campaign == campaign).order_by(pauses.c.seq)
    return [
        Pause(
            row.campaign,
            row.dimension,
            row.value,
            row.placement or None,
            bool(row.paused),
            to_datetime(row.time),
            row.who,
            row.reason,
            json.loads(row.numbers),
        )
        for row in connection.execute(query)
    ]


def standing(lines: Iterable[Pause]) -> list[Pause]:
    """The lines that pause something now: for each thing the last word said, in that order."""
    last: dict[tuple[str, str, str | None], Pause] = {}
    for line in lines:
        last.pop(line.about, None)
        last[line.about] = line
    return [line for line in last.values() if line.paused]


class PauseBoard:
    """What is paused, for a server that asks at every decision: read again when it is MOST_STALE old.

    clock: seconds that only go forward. Raises BannerError where the store can't be read.
    """

    def __init__(self, store: Store, campaign: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._campaign, self._clock = store, campaign, clock
        self._known = self._read()
        self._at = clock()

    def paused(self) -> Paused:
        now = self._clock()
        if now - self._at >= MOST_STALE:
            self._known, self._at = self._read(), now
        return self._known

    def _read(self) -> Paused:
        with self._store.read() as connection:
            return Paused.of(standing(read_pauses(connection, self._campaign)))
