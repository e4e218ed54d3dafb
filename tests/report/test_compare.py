"""A report beside the period before it: the right period, the right rows, and when a change is clear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import VARIANTS

from banner_engine.errors import BannerError
from banner_engine.report import CampaignSettings, PlacementValue, report, to_dict
from banner_engine.report.compare import compare, period_before
from banner_engine.report.compare import to_dict as compared
from banner_engine.report.stats import difference
from banner_engine.track import Receipt, RunRecord, Store

BERLIN = ZoneInfo("Europe/Berlin")
DAY = datetime(2026, 11, 11, tzinfo=UTC)
SETTINGS = CampaignSettings("double11", "UTC", {"home": PlacementValue(24_000_000, "CNY", "S")})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "t.db") as opened:
        opened.ingest_run(RunRecord("r", "double11", DAY), VARIANTS, [])
        yield opened


def seen(store: Store, name: str, day: int, variant: str, impressions: int, clicks: int) -> None:
    at = DAY + timedelta(days=day, hours=1)
    store.record(
        Receipt(f"{name}{kind}{number}", kind, at, variant_id=variant, placement="home")
        for kind, many in (("impression", impressions), ("click", clicks))
        for number in range(many)
    )


def test_each_row_meets_its_own_of_the_day_before(store: Store) -> None:
    seen(store, "a", 0, "v0", 1_000, 60)
    seen(store, "b", -1, "v0", 1_000, 20)
    seen(store, "c", 0, "v1", 50, 2)
    seen(store, "d", -1, "v2", 70, 1)
    now = report(store, SETTINGS, since=DAY, until=DAY + timedelta(days=1))
    before = report(store, SETTINGS, since=DAY - timedelta(days=1), until=DAY)
    found = compare(now, before)
    first, second = found.changes
    assert (first.row.key, first.before and first.before.clicks) == (("v0",), 20)
    assert first.ctr == pytest.approx(0.04)
    assert first.ctr_interval == difference((60, 1_000), (20, 1_000))
    assert first.clear
    assert first.cpc_ratio is not None
    assert (second.before, second.ctr, second.clear, second.cpc_ratio) == (None, None, False, None)
    assert found.totals[0].before is not None
    assert found.totals[0].before.impressions == 1_070
    said = compared(found, to_dict(now))
    assert said["compared_to"] == {"since": "2026-11-10T00:00:00+00:00", "until": "2026-11-11T00:00:00+00:00"}
    assert said["rows"][0]["before"]["clicks"] == 20
    assert said["rows"][1]["before"]["ctr"] is None
    assert said["totals"][0]["before"]["clear"] is True


def test_a_day_of_25_hours_is_compared_with_the_day_before_it() -> None:
    def local(day: int, hour: int = 0) -> datetime:
        return datetime(2026, 10, day, hour, tzinfo=BERLIN)

    assert period_before(local(25), local(26), BERLIN) == (local(24), local(25))
    assert period_before(local(24), local(26), BERLIN) == (local(22), local(24))
    assert period_before(local(20, 6), local(20, 9), BERLIN) == (local(20, 3), local(20, 6))
    with pytest.raises(BannerError, match="a comparison needs a beginning; add --since"):
        period_before(None, local(26), BERLIN)


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        # Newcombe (1998), table II, method 10: cases (a), (b), (c), (f)
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ],
)
def test_differences_as_published(
    now: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    assert difference(now, before) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


pairs = st.integers(1, 10_000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


@given(pairs, pairs)
def test_a_difference_lies_in_its_interval_and_turns_around(
    now: tuple[int, int], before: tuple[int, int]
) -> None:
    low, high = difference(now, before)
    assert -1 - 1e-9 <= low <= now[0] / now[1] - before[0] / before[1] <= high <= 1 + 1e-9
    assert difference(before, now) == (pytest.approx(-high), pytest.approx(-low))
