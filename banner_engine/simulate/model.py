"""Simulated users: a published, seeded model of who sees a banner, when, and who clicks.

It makes real receipts, through the same `Store.record` as every other source, marked as simulated. Reports
show them only when asked to. Selection must not read this module: what it learns, it learns from events.

The model, for one decision:

1. Seen. With probability SEEN the banner is shown. The hour is drawn from the hours of the flight that
   are not before the decision, in proportion to traffic: 1 + 0.6·cos(2π(h - 21)/24) at local hour h, so
   evenings are busiest and early mornings quietest. Minute and second are uniform.
2. Clicked. The probability is BASE[shape] · exp(sum of effects), at most MOST_LIKELY:
   position   ±0.25   uniform, by placement (where on its page it stands)
   taste      ±0.50   uniform, by (segment, theme); a user belongs to one of SEGMENTS segments
   palette    ±0.15   uniform, by (segment, palette)
   copy       ±0.25   uniform, by (segment, copy)
   affinity   1.2·(affinity - 0.5)            affinity of 0 to 1
   discount   elasticity·discount             elasticity 0.5 to 2.0, uniform, by product_type
   hour       0.15·cos(2π(h - 21)/24)         people browse in the evening
   The click comes 1 s after the impression and an exponential delay of 20 s on average.
3. Repeated. With probability REPEATED an impression is reported twice, and so is a click: another receipt
   of the same decision 1 to 3 s later, as reloads and double clicks make them. Gross counts it, net doesn't.

Every random number is a hash of (seed, what it is for, whom it is about): no state, no clock, no order. The
same seed makes the same events with the same ids, so simulating twice changes nothing.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate, islice
from zoneinfo import ZoneInfo

from banner_engine.errors import BannerError
from banner_engine.track import Kind, Receipt, Store

SEEN = 0.92
REPEATED = 0.03
SEGMENTS = 6
MOST_LIKELY = 0.5
BATCH = 10_000
HOUR = timedelta(hours=1)
# Click rates by shape, for a median user: about ten times those of open web displays, as in a shop's own
# pages and mails, so that a few thousand users show a difference.
BASE = {"wide": 0.045, "square": 0.03, "tall": 0.03, "leaderboard": 0.015, "skyscraper": 0.015}


@dataclass(frozen=True, slots=True)
class Shown:
    """A stored decision and what a user would see of it.

    affinity: how well the product matches the user's tastes, 0 to 1. discount: 0 to 1 of the old price.
    width, height: px. user: any key that is the same for all decisions of a user; None is a stranger.
    """

    decision_id: str
    variant_id: str
    placement: str
    time: datetime
    theme: str
    palette: str
    copy: str
    product_type: str
    affinity: float
    discount: float
    width: int
    height: int
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Simulated:
    """How many decisions were simulated, and the receipts that were new to the store."""

    decisions: int
    impressions: int
    clicks: int
    accepted: int


def simulate(
    store: Store,
    decisions: Iterable[Shown],
    *,
    seed: int,
    flight: tuple[datetime, datetime],
    timezone: str,
    progress: Callable[[int], None] | None = None,
) -> Simulated:
    """Record what simulated users do with decisions that are in the store.

    flight: [start, end), instants with a zone; timezone: the campaign's, for hours of the day.
    progress(decisions done) after each batch. BannerError where a decision is not in the store, or where
    one was made when the flight was over.
    """
    world = _World(seed, flight, ZoneInfo(timezone))
    done = impressions = clicks = accepted = 0
    iterator = iter(decisions)
    while batch := list(islice(iterator, BATCH)):
        receipts = [receipt for shown in batch for receipt in world.receipts(shown)]
        outcome = store.record(receipts)
        if outcome.rejected:
            raise outcome.rejected[0]
        done += len(batch)
        impressions += sum(receipt.kind == "impression" for receipt in receipts)
        clicks += sum(receipt.kind == "click" for receipt in receipts)
        accepted += outcome.accepted
        if progress is not None:
            progress(done)
    return Simulated(done, impressions, clicks, accepted)


def shape_of(width: int, height: int) -> str:
    """leaderboard from 4:1, wide from 1.4:1, skyscraper to 1:3, tall to 1:1.4, else square."""
    ratio = width / height
    if ratio >= 4:
        return "leaderboard"
    if ratio >= 1.4:
        return "wide"
    if ratio <= 1 / 3:
        return "skyscraper"
    return "tall" if ratio <= 1 / 1.4 else "square"


def click_probability(shown: Shown, hour: int, seed: int) -> float:
    """The model's probability that the banner, once seen in the local hour `hour` (0 to 23), is clicked."""
    segment = str(int(SEGMENTS * uniform(seed, "segment", shown.user or shown.decision_id)))
    effects = (
        0.25 * _signed(seed, "position", shown.placement)
        + 0.50 * _signed(seed, "taste", segment, shown.theme)
        + 0.15 * _signed(seed, "palette", segment, shown.palette)
        + 0.25 * _signed(seed, "copy", segment, shown.copy)
        + 1.2 * (shown.affinity - 0.5)
        + (0.5 + 1.5 * _about(seed, "elasticity", shown.product_type)) * shown.discount
        + 0.15 * _evening(hour)
    )
    return min(BASE[shape_of(shown.width, shown.height)] * math.exp(effects), MOST_LIKELY)


def uniform(seed: int, *about: str) -> float:
    """A number in [0, 1) that only the arguments decide: 53 bits of BLAKE2b."""
    digest = hashlib.blake2b("\0".join((str(seed), *about)).encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) / (1 << 53)


@lru_cache(maxsize=1 << 16)
def _about(seed: int, *about: str) -> float:
    return uniform(seed, *about)


def _signed(seed: int, *about: str) -> float:
    return 2 * _about(seed, *about) - 1


def _evening(hour: int) -> float:
    return math.cos(2 * math.pi * (hour - 21) / 24)


class _World:
    """The flight's hours with their traffic, and the users of one seed."""

    def __init__(self, seed: int, flight: tuple[datetime, datetime], zone: ZoneInfo) -> None:
        start, self._end = flight
        self._seed = seed
        self._zone = zone
        self._start = start
        number = max(0, -((start - self._end) // HOUR))
        self._hours = [(start + place * HOUR).astimezone(zone).hour for place in range(number)]
        self._traffic = [0.0, *accumulate(1 + 0.6 * _evening(hour) for hour in self._hours)]

    def receipts(self, shown: Shown) -> Iterator[Receipt]:
        """The receipts of one decision, none where nobody saw it."""

        def draw(purpose: str) -> float:
            return uniform(self._seed, purpose, shown.decision_id)

        if draw("seen") >= SEEN:
            return
        time = self._moment(shown, draw("hour"), draw("moment"))
        yield from self._reported(shown, "impression", time, draw("reloaded"))
        hour = time.astimezone(self._zone).hour
        if draw("clicked") < click_probability(shown, hour, self._seed):
            delay = 1 - 20 * math.log1p(-draw("delay"))
            yield from self._reported(shown, "click", time + timedelta(seconds=delay), draw("double"))

    def _moment(self, shown: Shown, hour: float, moment: float) -> datetime:
        """An instant of the flight, not before the decision; hour, moment: in [0, 1)."""
        first = max(0, (shown.time - self._start) // HOUR)
        if first >= len(self._hours) or shown.time >= self._end:
            raise BannerError(
                f"decision '{shown.decision_id}' was made when the flight was over",
                field="time",
                hint="simulate decisions of the flight",
            )
        before = self._traffic[first]
        wanted = before + hour * (self._traffic[-1] - before)
        place = min(bisect_right(self._traffic, wanted), len(self._hours)) - 1
        begin = max(self._start + place * HOUR, shown.time)
        return begin + moment * (min(self._start + (place + 1) * HOUR, self._end) - begin)

    def _reported(self, shown: Shown, kind: Kind, time: datetime, repeated: float) -> Iterator[Receipt]:
        """One receipt, or two where repeated, in [0, 1), falls below REPEATED."""
        times = [time]
        if repeated < REPEATED:
            times.append(time + timedelta(seconds=1 + 2 * repeated / REPEATED))
        for number, at in enumerate(times):
            about = f"{self._seed}\0{shown.decision_id}\0{kind}\0{number}"
            event_id = "sim-" + hashlib.blake2b(about.encode(), digest_size=16).hexdigest()
            yield Receipt(event_id, kind, at, shown.decision_id, source="simulate", simulated=True)
