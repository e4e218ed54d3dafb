"""A report as values: rows, totals, and what to know about them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime

from banner_engine.report.stats import CONFIDENCE, poisson_bounds, wilson
from banner_engine.track.pauses import Pause


@dataclass(frozen=True, slots=True)
class Cost:
    """Money over clicks, all in micros.

    clicks: the row's net clicks; for value, those in placements that have a value in the row's currency
    (less than the row's only where another placement of the row is paid in this currency).
    per_click, high: None without clicks. All three: None without money, as outside of the flight.
    """

    micros: int
    clicks: int
    per_click: int | None
    low: int | None
    high: int | None


def cost(micros: int, clicks: int) -> Cost:
    """per_click = micros / clicks, to the nearest micro (halves to even).

    low, high = micros / the upper and lower 95 % Poisson bounds of the clicks' mean. With 0 clicks the
    upper bound is -ln 0.025 = 3.689 clicks: the CPC is not known, and at least micros / 3.689.
    """
    if not micros:
        return Cost(0, clicks, None, None, None)
    fewest, most = poisson_bounds(clicks)
    low = round(micros / most) or None  # a bound below half a micro says nothing
    if not clicks:
        return Cost(micros, 0, None, low, None)
    return Cost(micros, clicks, _divided(micros, clicks), low, round(micros / fewest))


def _divided(micros: int, clicks: int) -> int:
    """To the nearest, halves to even, exactly."""
    whole, rest = divmod(micros, clicks)
    return whole + (2 * rest > clicks or (2 * rest == clicks and whole % 2 == 1))


@dataclass(frozen=True, slots=True)
class Row:
    """One group in one currency (None: its placements have no value and no spend).

    key: the group's value for each name of `by`; None where it does not apply, as for spend that names
    a placement only. value: of the hours that were sold; unsold: of hours without a net impression,
    where the row can say so.
    """

    key: tuple[str | None, ...]
    currency: str | None
    impressions: int
    impressions_gross: int
    clicks: int
    clicks_gross: int
    clicks_without_impression: int
    flagged: int
    value: Cost | None
    spend: Cost | None
    unsold_micros: int | None
    unsold_hours: int | None

    @property
    def ctr(self) -> float | None:
        return self.clicks / self.impressions if self.impressions else None

    @property
    def ctr_interval(self) -> tuple[float, float] | None:
        """Wilson's, None without impressions or where clicks of earlier impressions outnumber them."""
        if not self.impressions or self.clicks > self.impressions:
            return None
        return wilson(self.clicks, self.impressions, CONFIDENCE)


ENOUGH = 10
"""Net clicks from which a CPC says something: its 95 % interval is then within half and double of it."""


def needed(row: Row, ctr: float | None) -> int | None:
    """Impressions that a row still needs until ENOUGH clicks are expected of it, at the CTR of its like.

    0 where it has the clicks; None where nobody clicked anything.
    """
    if row.clicks >= ENOUGH:
        return 0
    return math.ceil(max(0.0, ENOUGH / ctr - row.impressions)) if ctr else None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One group as another system reports it, in its own words of what counts, and [start, end) of its
    periods. key: as a row's; None where the source does not know it.
    """

    source: str
    key: tuple[str | None, ...]
    currency: str
    impressions: int
    clicks: int
    spend: Cost
    start: datetime
    end: datetime

    @property
    def ctr(self) -> float | None:
        return self.clicks / self.impressions if self.impressions else None

    @property
    def ctr_interval(self) -> tuple[float, float] | None:
        if not self.impressions or self.clicks > self.impressions:
            return None
        return wilson(self.clicks, self.impressions, CONFIDENCE)


@dataclass(frozen=True, slots=True)
class ReportTable:
    """rows: by currency, then as sorted. totals: one for each currency; they are never added.

    A placement that costs money in two currencies has its counts in both currencies' rows.
    flags: receipts that are not net, by reason. paused: the lines that pause something now.
    elsewhere: what other systems counted, never added to the rows.
    """

    campaign: str
    by: tuple[str, ...]
    where: dict[str, tuple[str, ...]]
    timezone: str
    since: datetime | None
    until: datetime | None
    simulated: bool
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    flags: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    paused: tuple[Pause, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()

    def needs(self, row: Row) -> int | None:
        """Impressions that one of the rows still needs, at the CTR of all in its currency; see `needed`."""
        return needed(row, next((t.ctr for t in self.totals if t.currency == row.currency), None))
