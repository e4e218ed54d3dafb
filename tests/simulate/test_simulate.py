"""Simulated users: the same seed makes the same events, and events follow the model that is published."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from banner_engine.errors import BannerError
from banner_engine.report import CampaignSettings, report
from banner_engine.simulate.model import (
    BASE,
    MOST_LIKELY,
    SEEN,
    Shown,
    click_probability,
    shape_of,
    simulate,
    uniform,
)
from banner_engine.track import DecisionRecord, RunRecord, Store, VariantRecord
from banner_engine.track.tables import events
from banner_engine.track.times import to_micros

START = datetime(2026, 11, 10, 16, tzinfo=UTC)
FLIGHT = (START, START + timedelta(days=4))
SETTINGS = CampaignSettings("double11", "Asia/Shanghai", {}, FLIGHT)
SHOWN = Shown(
    decision_id="d",
    variant_id="v",
    placement="home",
    time=START,
    theme="lacquer",
    palette="red",
    copy="half",
    product_type="Bags",
    affinity=0.5,
    discount=0.3,
    width=1200,
    height=628,
)


def shown(number: int) -> Shown:
    time = START + timedelta(hours=number % 30)
    affinity = (number % 11) / 10
    theme = ("lacquer", "night-tech")[number % 2]
    return replace(
        SHOWN, decision_id=f"d{number}", user=f"u{number // 4}", time=time, affinity=affinity, theme=theme
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "track.db") as opened:
        fill(opened)
        yield opened


def fill(store: Store, decisions: int = 3_000) -> None:
    variant = VariantRecord(
        "v", "double11", "c", "lacquer", "red", 0, "wide", 1200, 628, "en", ("p",), "Bags", "half", "{}"
    )
    made = (
        DecisionRecord(
            one.decision_id, "r", "double11", one.placement, "v", None, one.time, "lacquer", "red", "wide",
            "half", "Bags", "p", "uniform", 0.5, "S", "en", True,
        )
        for one in map(shown, range(decisions))
    )  # fmt: skip
    store.ingest_run(RunRecord("r", "double11", START), [variant], made)


def stored(store: Store) -> list[tuple[object, ...]]:
    columns = (events.c.event_id, events.c.kind, events.c.time, events.c.simulated)
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(events.c.event_id))]


def run(store: Store, decisions: list[Shown], seed: int = 1) -> tuple[int, int, int, int]:
    done = simulate(store, decisions, seed=seed, flight=FLIGHT, timezone="Asia/Shanghai")
    return done.decisions, done.impressions, done.clicks, done.accepted


def test_the_same_seed_makes_the_same_events_in_any_order(store: Store, tmp_path: Path) -> None:
    decisions = [shown(number) for number in range(3_000)]
    first = run(store, decisions)
    with Store.open(tmp_path / "other.db") as other:
        fill(other)
        for part in (decisions[1_700:], decisions[:1_700][::-1]):
            run(other, part)
        assert stored(other) == stored(store)
    assert first[3] == first[1] + first[2]
    assert run(store, decisions) == (*first[:3], 0)
    assert run(store, decisions, seed=2)[3] > 0


def test_events_are_simulated_lie_in_the_flight_and_follow_their_decision(store: Store) -> None:
    decisions = [shown(number) for number in range(3_000)]
    run(store, decisions)
    with store.read() as connection:
        rows = connection.execute(
            select(events.c.kind, events.c.time, events.c.lag, events.c.simulated)
        ).all()
    assert {row.simulated for row in rows} == {1}
    assert min(row.lag for row in rows) >= 0
    impressions = [row.time for row in rows if row.kind == 1]
    assert to_micros(START) <= min(impressions)
    assert max(impressions) < to_micros(FLIGHT[1]) + 4_000_000  # a reload may come after the end
    assert len({time // 3_600_000_000 for time in impressions}) > 90


def test_reports_show_it_only_when_asked(store: Store) -> None:
    run(store, [shown(number) for number in range(3_000)])
    assert report(store, SETTINGS).totals == ()
    (total,) = report(store, SETTINGS, simulated=True).totals
    assert total.impressions == pytest.approx(3_000 * SEEN, rel=0.03)
    assert total.impressions_gross > total.impressions
    assert total.clicks_gross >= total.clicks > 0
    assert total.clicks_without_impression == 0


def test_clicks_come_as_often_as_the_model_says(store: Store) -> None:
    decisions = [shown(number) for number in range(3_000)]
    # Traffic weights the hours; the model's own mean over a day is within 2 % of that.
    expected = sum(
        SEEN * sum(click_probability(one, hour, 1) for hour in range(24)) / 24 for one in decisions
    )
    run(store, decisions)
    (total,) = report(store, SETTINGS, simulated=True).totals
    assert abs(total.clicks - expected) < 4 * math.sqrt(expected)


def test_the_model_likes_what_people_like() -> None:
    base = click_probability(SHOWN, 12, 1)
    assert click_probability(replace(SHOWN, affinity=1.0), 12, 1) == pytest.approx(base * math.exp(0.6))
    assert click_probability(replace(SHOWN, discount=0.6), 12, 1) > base
    assert click_probability(SHOWN, 21, 1) == pytest.approx(
        base * math.exp(0.15 * (1 - math.cos(2 * math.pi * 9 / 24)))
    )
    assert click_probability(replace(SHOWN, width=728, height=90), 12, 1) == pytest.approx(base / 3)
    assert click_probability(replace(SHOWN, affinity=1, discount=9), 21, 1) == MOST_LIKELY
    assert len({click_probability(replace(SHOWN, user=f"u{n}"), 12, 1) for n in range(200)}) == 6
    assert click_probability(SHOWN, 12, 2) != base


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((1200, 628), "wide"),
        ((300, 250), "square"),
        ((728, 90), "leaderboard"),
        ((300, 600), "tall"),
        ((160, 600), "skyscraper"),
        ((1080, 1080), "square"),
        ((970, 250), "wide"),
        ((320, 50), "leaderboard"),
    ],
)
def test_shapes(size: tuple[int, int], shape: str) -> None:
    assert shape_of(*size) == shape
    assert shape in BASE


def test_random_numbers_are_even_and_do_not_change() -> None:
    numbers = [uniform(1, "x", str(number)) for number in range(20_000)]
    assert all(0 <= number < 1 for number in numbers)
    buckets = [sum(int(number * 10) == bucket for number in numbers) for bucket in range(10)]
    assert max(abs(bucket - 2_000) for bucket in buckets) < 4.5 * math.sqrt(1_800)
    assert uniform(1, "x", "0") == numbers[0] != uniform(1, "x0") != uniform(2, "x", "0")
    assert uniform(11, "1") != uniform(1, "11")


def test_a_decision_after_the_flight_is_refused(store: Store) -> None:
    with pytest.raises(BannerError, match="decision 'd1' was made when the flight was over"):
        run(store, [replace(shown(1), time=FLIGHT[1])])


def test_a_decision_that_is_not_stored_is_refused(store: Store) -> None:
    with pytest.raises(BannerError, match="unknown decision 'd9"):
        run(store, [replace(shown(1), decision_id=f"d9{number}999") for number in range(5)])


def test_a_flight_of_part_of_an_hour(store: Store) -> None:
    flight = (START, START + timedelta(minutes=10))
    decisions = [replace(shown(number), time=START + timedelta(minutes=9)) for number in range(300)]
    simulate(store, decisions, seed=1, flight=flight, timezone="UTC")
    with store.read() as connection:
        times = connection.execute(select(events.c.time).where(events.c.kind == 1)).scalars().all()
    assert to_micros(START + timedelta(minutes=9)) <= min(times)
    assert max(times) < to_micros(flight[1]) + 4_000_000


def test_progress_is_told(store: Store) -> None:
    told: list[int] = []
    decisions = map(shown, range(3_000))
    simulate(store, decisions, seed=1, flight=FLIGHT, timezone="UTC", progress=told.append)
    assert told == [3_000]
