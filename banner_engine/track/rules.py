"""What counts, by campaign: the local hours it is counted in, and how early or late a receipt may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from banner_engine.errors import BannerError
from banner_engine.track.tables import rules

MICRO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """early, late: a receipt of a decision is valid from `early` before it (clocks differ) to `late` after.

    timezone: IANA name of the campaign's. keep: how long raw events stay; None is for ever.
    """

    timezone: str = "UTC"
    early: timedelta = timedelta(minutes=5)
    late: timedelta = timedelta(days=90)
    keep: timedelta | None = None

    def __post_init__(self) -> None:
        if min(self.early, self.late) < timedelta(0):
            raise BannerError("a window can't be shorter than nothing", field="late")
        if self.keep is not None and self.keep < self.late:
            raise BannerError(
                f"raw events can't go before the window of {self.late.days} days ends",
                field="keep",
                hint=f"keep {self.late.days} days or more",
            )

    @property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise BannerError(
                f"unknown time zone '{self.timezone}'", field="timezone", hint="write it like Asia/Shanghai"
            ) from None


def read_rules(connection: Connection) -> dict[str, Rules]:
    """The rules of each campaign that has its own; for the others Rules() holds."""
    return {
        row.campaign: Rules(
            row.timezone,
            row.early * MICRO,
            row.late * MICRO,
            None if row.keep is None else row.keep * MICRO,
        )
        for row in connection.execute(select(rules))
    }


def write_rules(connection: Connection, campaign: str, wanted: Rules) -> None:
    row: dict[str, Any] = {
        "timezone": wanted.zone.key,
        "early": wanted.early // MICRO,
        "late": wanted.late // MICRO,
        "keep": None if wanted.keep is None else wanted.keep // MICRO,
    }
    statement = insert(rules).values(campaign=campaign, **row)
    connection.execute(statement.on_conflict_do_update(index_elements=["campaign"], set_=row))
