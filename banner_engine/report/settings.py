"""What a report needs to know of a campaign."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from banner_engine.errors import BannerError

MOST_MICROS_PER_DAY = 10**15


@dataclass(frozen=True, slots=True)
class PlacementValue:
    """What a placement is worth in a local day: micros of an ISO 4217 currency."""

    value_micros_per_day: int
    currency: str
    grade: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.value_micros_per_day <= MOST_MICROS_PER_DAY:
            raise BannerError(
                f"{self.value_micros_per_day} micros are no value of a day",
                field="value_per_day",
                hint="give 0 to 1,000,000,000 of the currency",
            )
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise BannerError(f"'{self.currency}' is no currency", field="currency", hint="write it like CNY")


@dataclass(frozen=True, slots=True)
class Price:
    """What a placement is bought at: micros of a currency for each net click, or for 1,000 net impressions."""

    per: Literal["click", "mille"]
    micros: int
    currency: str


@dataclass(frozen=True, slots=True)
class Windows:
    """Which receipts of a decision are valid: from `early` before it (clocks differ) to `late` after it."""

    early: timedelta = timedelta(minutes=5)
    late: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """campaign: its id. timezone: an IANA name. flight: [start, end), instants with a zone.

    grades: of placements that have no value (those with a value carry their own). prices: of placements that
    are paid by what is counted here.
    """

    campaign: str
    timezone: str
    placements: Mapping[str, PlacementValue]
    flight: tuple[datetime, datetime] | None = None
    windows: Windows = field(default_factory=Windows)
    grades: Mapping[str, str] = field(default_factory=dict)
    prices: Mapping[str, Price] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise BannerError(
                f"unknown time zone '{self.timezone}'", field="timezone", hint="write it like Asia/Shanghai"
            ) from None

    def grade(self, placement: str) -> str:
        value = self.placements.get(placement)
        return value.grade if value else self.grades.get(placement, "")
