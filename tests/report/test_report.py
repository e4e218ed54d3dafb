"""A report equals an independent recount, whatever the order, repetition and splitting of the events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from recount import Tally, World, recount
from report_samples import VARIANTS, decision

from banner_engine.report import (
    DIMENSIONS,
    CampaignSettings,
    PlacementValue,
    Row,
    Windows,
    report,
    to_json,
)
from banner_engine.track import Receipt, Rules, RunRecord, SpendRecord, Store

# Berlin and New York change their clocks within these days, Shanghai does not.
STARTS = {
    "Asia/Shanghai": (2026, 11, 11),
    "Europe/Berlin": (2026, 10, 25),
    "America/New_York": (2026, 3, 8),
}
PLACEMENTS = {
    "home": PlacementValue(1_000_000_007, "CNY", "S"),
    "list": PlacementValue(999_999_999, "CNY", "A"),
    "mail": PlacementValue(5, "USD", "B"),
}
SLOTS = [*PLACEMENTS, "blog"]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    zone = draw(st.sampled_from(sorted(STARTS)))
    start = datetime(*STARTS[zone], tzinfo=ZoneInfo(zone)).astimezone(UTC)
    minutes = st.integers(-40, 60 * 50).map(lambda number: start + timedelta(minutes=number))
    placements = st.sampled_from(SLOTS)
    decisions = [
        decision(number, *draw(st.tuples(st.integers(0, 3), placements, minutes, st.booleans())))
        for number in range(draw(st.integers(1, 5)))
    ]
    receipts = []
    for number in range(draw(st.integers(0, 24))):
        receipt = Receipt(
            f"e{draw(st.permutations(range(100, 103)))[0]}-{number}",
            draw(st.sampled_from(["impression", "impression", "click"])),
            draw(minutes),
            flags=draw(st.sampled_from([(), (), (), ("crawler",), ("prefetch", "crawler")])),
            simulated=draw(st.integers(0, 4)) == 0,
        )
        chosen = draw(st.integers(-2, len(decisions) - 1))
        if chosen < 0:
            at = draw(placements)
            receipts.append(replace(receipt, variant_id=f"v{draw(st.integers(0, 3))}", placement=at))
        else:
            receipts.append(replace(receipt, decision_id=decisions[chosen].decision_id))
    spend = [
        SpendRecord(
            f"s{number}",
            draw(minutes),
            draw(st.integers(0, 10**9)),
            PLACEMENTS[placement].currency,
            placement=placement,
            variant_id=draw(st.sampled_from([None, "v0", "v3"])),
            campaign="double11",
        )
        for number, placement in enumerate(draw(st.lists(st.sampled_from(list(PLACEMENTS)), max_size=3)))
    ]
    flight = (
        start + timedelta(hours=draw(st.integers(0, 3))),
        start + timedelta(hours=draw(st.integers(4, 49))),
    )
    windows = Windows(timedelta(minutes=5), timedelta(hours=draw(st.sampled_from([1, 12, 2000]))))
    of_campaign = CampaignSettings("double11", zone, PLACEMENTS, flight, windows, {"blog": "C"})
    return World(of_campaign, VARIANTS, decisions, receipts, spend)


def filled(path: Path, world: World, batches: list[list[Receipt]], rolled_after: int = -1) -> Store:
    store = Store.open(path)
    store.ingest_run(
        RunRecord("r", "double11", datetime(2026, 3, 1, tzinfo=UTC)), world.variants, world.decisions
    )
    store.set_rules("double11", Rules(world.settings.timezone, *windows_of(world)))
    for number, batch in enumerate(batches):
        assert store.record(batch).rejected == []
        if number == rolled_after:
            store.roll()
    assert store.record_spend(world.spend).rejected == []
    return store


def windows_of(world: World) -> tuple[timedelta, timedelta]:
    return world.settings.windows.early, world.settings.windows.late


def agrees(row: Row, tally: Tally) -> None:
    for name in ("impressions", "impressions_gross", "clicks", "clicks_gross", "flagged"):
        assert getattr(row, name) == getattr(tally, name), name
    assert row.clicks_without_impression == tally.clicks_without_impression
    assert row.impressions_gross >= row.impressions
    assert row.clicks_gross >= row.clicks
    assert row.ctr == (float(Fraction(row.clicks, row.impressions)) if row.impressions else None)
    for cost, micros in ((row.value, tally.value), (row.spend, tally.spend)):
        assert (cost.micros if cost else 0) == micros
        if cost and not (row.clicks and micros):
            assert cost.per_click is None
            assert cost.low is None or 0 < cost.low <= cost.micros
        elif cost and cost.clicks == row.clicks:
            assert cost.per_click is not None
            assert abs(cost.per_click - Fraction(micros, row.clicks)) <= Fraction(1, 2)
    if row.unsold_hours is not None:
        assert (row.unsold_micros, row.unsold_hours) == (tally.unsold, tally.unsold_hours)


BYS = [(name,) for name in DIMENSIONS] + [
    ("theme", "size"),
    ("placement", "hour"),
    ("day", "product", "grade"),
    (),
]


@settings(max_examples=60, deadline=None)
@given(worlds(), st.data())
def test_a_report_equals_a_recount(world: World, data: st.DataObject) -> None:
    by = data.draw(st.sampled_from(BYS))
    with (
        TemporaryDirectory() as folder,
        filled(Path(folder) / "t.db", world, [list(world.receipts)]) as store,
    ):
        for simulated in (False, True):
            table = report(store, world.settings, by=by, simulated=simulated)
            rows, totals = recount(world, by, simulated)
            assert {row.currency for row in table.totals} == set(totals)
            for total in table.totals:
                agrees(total, totals[total.currency])
            assert {(row.currency, row.key) for row in table.rows} == {
                (currency, key) for currency, keys in rows.items() for key in keys
            }
            for row in table.rows:
                tally = rows[row.currency][row.key]
                agrees(row, tally)
                # Largest remainder moves less than a micro for each variant and hour.
                assert abs(tally.value - tally.exact) < max(1, tally.impressions)


@settings(max_examples=30, deadline=None)
@given(worlds(), st.data())
def test_order_repetition_and_splitting_change_nothing(world: World, data: st.DataObject) -> None:
    again = [*world.receipts, *data.draw(st.lists(st.sampled_from(world.receipts or [None]), max_size=6))]
    shuffled = [receipt for receipt in data.draw(st.permutations(again)) if receipt is not None]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    batches = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    by = data.draw(st.sampled_from(BYS))
    with TemporaryDirectory() as folder:
        with filled(Path(folder) / "a.db", world, [list(world.receipts)]) as store:
            expected = to_json(report(store, world.settings, by=by))
        with filled(Path(folder) / "b.db", world, batches, data.draw(st.integers(-1, 4))) as store:
            assert to_json(report(store, world.settings, by=by)) == expected
            # whether roll-ups hold the events, a recount does, or they were rolled by other rules before
            store.roll()
            assert to_json(report(store, world.settings, by=by)) == expected
            store.set_rules("double11", Rules("Asia/Kolkata", timedelta(0), timedelta(minutes=1)))
            assert to_json(report(store, world.settings, by=by)) == expected
            store.set_rules("double11", Rules(world.settings.timezone, *windows_of(world)))
            assert to_json(report(store, world.settings, by=by)) == expected
