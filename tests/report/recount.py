"""An independent count of a campaign: plain loops over receipts, exact fractions, no SQL, no numpy.

For time zones whose offsets are whole hours: a local day is the hours of UTC that fall on its date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from banner_engine.report import CampaignSettings
from banner_engine.track import DecisionRecord, Receipt, SpendRecord, VariantRecord

HOUR = timedelta(hours=1)
Key = tuple[str | None, ...]


@dataclass
class Tally:
    impressions: int = 0
    impressions_gross: int = 0
    clicks: int = 0
    clicks_gross: int = 0
    clicks_without_impression: int = 0
    flagged: int = 0
    value: int = 0
    spend: int = 0
    unsold: int = 0
    unsold_hours: int = 0
    exact: Fraction = field(default_factory=Fraction)


@dataclass(frozen=True)
class World:
    """Everything that a report is made of."""

    settings: CampaignSettings
    variants: Sequence[VariantRecord]
    decisions: Sequence[DecisionRecord]
    receipts: Sequence[Receipt]
    spend: Sequence[SpendRecord] = ()


@dataclass(frozen=True)
class Counted:
    """A receipt with what it is about. net: whether it is the one that counts."""

    kind: str
    variant: VariantRecord
    placement: str
    hour: datetime
    net: bool
    valid: bool
    without_impression: bool


def hour_of(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def counted(world: World, simulated: bool) -> list[Counted]:
    decided = {decision.decision_id: decision for decision in world.decisions}
    variants = {variant.variant_id: variant for variant in world.variants}
    mine = []
    for receipt in {receipt.event_id: receipt for receipt in world.receipts}.values():
        decision = decided.get(receipt.decision_id or "")
        if (receipt.simulated or bool(decision and decision.simulated)) == simulated:
            mine.append((receipt, decision))
    found = []
    for receipt, decision in mine:
        windows = world.settings.windows
        valid = not receipt.flags and (
            decision is None or -windows.early <= receipt.time - decision.time <= windows.late
        )
        net, alone = valid, False
        if decision is not None and valid:
            earlier = [
                other
                for other, whose in mine
                if whose is decision
                and other.kind == receipt.kind
                and not other.flags
                and -windows.early <= other.time - decision.time <= windows.late
                and (other.time, other.event_id) < (receipt.time, receipt.event_id)
            ]
            net = not earlier
            alone = receipt.kind == "click" and not any(
                other.kind == "impression" for other, whose in mine if whose is decision
            )
        variant_id = decision.variant_id if decision else receipt.variant_id
        placement = decision.placement if decision else receipt.placement
        assert variant_id is not None and placement is not None
        found.append(
            Counted(
                receipt.kind,
                variants[variant_id],
                placement,
                hour_of(receipt.time),
                net,
                valid,
                net and alone,
            )
        )
    return found


def hours_with_value(world: World, last: datetime) -> dict[str, dict[datetime, int]]:
    """For each placement the micros of each hour of the flight, up to the hour of `last`."""
    assert world.settings.flight is not None
    zone = ZoneInfo(world.settings.timezone)
    start, end = world.settings.flight
    found: dict[str, dict[datetime, int]] = {}
    for placement, value in world.settings.placements.items():
        worth: dict[datetime, int] = {}
        hour = hour_of(start)
        while hour < end and hour <= last:
            date = hour.astimezone(zone).date()
            of_day = [
                candidate
                for candidate in (hour + step * HOUR for step in range(-26, 27))
                if candidate.astimezone(zone).date() == date
            ]
            whole, rest = divmod(value.value_micros_per_day, len(of_day))
            worth[hour] = whole + (of_day.index(hour) < rest)
            hour += HOUR
        found[placement] = worth
    return found


def recount(
    world: World, by: Sequence[str], simulated: bool = False
) -> tuple[dict[str | None, dict[Key, Tally]], dict[str | None, Tally]]:
    """(currency → key → tally, currency → totals), for placements that have money in one currency."""
    receipts = counted(world, simulated)
    spend = [record for record in world.spend if record.simulated == simulated]
    rows: dict[str | None, dict[Key, Tally]] = defaultdict(lambda: defaultdict(Tally))
    totals: dict[str | None, Tally] = defaultdict(Tally)

    def currency_of(placement: str) -> str | None:
        value = world.settings.placements.get(placement)
        return value.currency if value else None

    def tallies(variant: VariantRecord | None, placement: str, hour: datetime) -> Iterable[Tally]:
        currency = currency_of(placement)
        yield rows[currency][key_of(world, by, variant, placement, hour)]
        yield totals[currency]

    for one in receipts:
        for tally in tallies(one.variant, one.placement, one.hour):
            setattr(tally, one.kind + "s_gross", getattr(tally, one.kind + "s_gross") + 1)
            setattr(tally, one.kind + "s", getattr(tally, one.kind + "s") + one.net)
            tally.clicks_without_impression += one.without_impression
            tally.flagged += not one.valid
    for record in spend:
        variant = next((v for v in world.variants if v.variant_id == record.variant_id), None)
        for tally in tallies(variant, record.placement or "", hour_of(record.time)):
            tally.spend += record.amount_micros
    times = [one.hour for one in receipts] + [hour_of(record.time) for record in spend]
    if not times:
        return {}, {}
    placement_level = set(by) <= {"placement", "grade", "hour", "day"}
    for placement, worth in hours_with_value(world, max(times)).items():
        for hour, micros in worth.items():
            shares = split(
                micros,
                {
                    variant.variant_id: sum(
                        one.net and one.kind == "impression"
                        for one in receipts
                        if (one.variant, one.placement, one.hour) == (variant, placement, hour)
                    )
                    for variant in world.variants
                },
            )
            for variant in world.variants:
                share, exact = shares.get(variant.variant_id, (0, Fraction()))
                if exact:
                    for tally in tallies(variant, placement, hour):
                        tally.value += share
                        tally.exact += exact
            if not shares:
                currency = currency_of(placement)
                unsold = [totals[currency]]
                if placement_level:
                    unsold.append(rows[currency][key_of(world, by, None, placement, hour)])
                for tally in unsold:
                    tally.unsold += micros
                    tally.unsold_hours += 1
    return rows, totals


def split(micros: int, impressions: Mapping[str, int]) -> dict[str, tuple[int, Fraction]]:
    total = sum(impressions.values())
    if not total:
        return {}
    exact = {name: Fraction(micros * number, total) for name, number in impressions.items()}
    shares = {name: share.numerator // share.denominator for name, share in exact.items()}
    order = sorted(exact, key=lambda name: (shares[name] - exact[name], name))
    for name in order[: micros - sum(shares.values())]:
        shares[name] += 1
    return {name: (shares[name], exact[name]) for name in exact}


def key_of(
    world: World, by: Sequence[str], variant: VariantRecord | None, placement: str, hour: datetime
) -> Key:
    zone = ZoneInfo(world.settings.timezone)
    of_variant: dict[str, Callable[[VariantRecord], str]] = {
        "variant": lambda one: one.variant_id,
        "creative": lambda one: one.creative_id,
        "theme": lambda one: one.theme,
        "palette": lambda one: one.palette,
        "layout": lambda one: one.layout,
        "product": lambda one: one.products[0],
        "product_type": lambda one: one.product_type,
        "copy": lambda one: one.copy,
        "size": lambda one: f"{one.width}x{one.height}",
        "locale": lambda one: one.locale,
    }
    of_place = {
        "placement": placement,
        "grade": world.settings.grade(placement),
        "hour": hour.astimezone(zone).isoformat(timespec="minutes"),
        "day": hour.astimezone(zone).date().isoformat(),
    }
    return tuple(
        of_place[name] if name in of_place else (of_variant[name](variant) if variant else None)
        for name in by
    )
