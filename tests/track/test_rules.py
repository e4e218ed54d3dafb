"""What counts: windows and hours that are changed hold for all that was stored, and cost nothing where alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from track_samples import NOON, impression, ingest

from banner_engine.errors import BannerError
from banner_engine.report import CampaignSettings, Windows, report
from banner_engine.track import Rules, Store
from banner_engine.track.keeping import check
from banner_engine.track.tables import hourly, rules


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "track.db") as opened:
        ingest(opened)
        opened.record([impression("e1", minutes=1), impression("e2", 1, minutes=60 * 24 * 10)])
        opened.roll()
        yield opened


def hours(store: Store) -> list[float]:
    with store.read() as connection:
        found = connection.execute(select(hourly.c.hour).order_by(hourly.c.hour)).scalars()
        return [(hour / 1e6 - NOON.timestamp()) / 3600 for hour in found]


def net(store: Store) -> int:
    known = store.rules("double11")
    settings = CampaignSettings("double11", "UTC", {}, windows=Windows(known.early, known.late))
    return sum(total.impressions for total in report(store, settings).totals)


def test_rules_are_kept_by_campaign(store: Store) -> None:
    wanted = Rules("Asia/Kolkata", timedelta(minutes=2), timedelta(days=7), timedelta(days=30))
    store.set_rules("double11", wanted)
    with Store.open(store.path) as again:
        assert again.rules("double11") == wanted
        assert again.rules("other") == Rules()


def test_a_shorter_window_counts_what_was_stored_anew(store: Store) -> None:
    assert net(store) == 2
    store.set_rules("double11", Rules(late=timedelta(days=7)))
    assert net(store) == 1
    assert check(store.path) == []
    store.set_rules("double11", Rules())
    assert net(store) == 2


def test_roll_ups_follow_the_campaigns_hours(store: Store) -> None:
    assert hours(store) == [0, 240]
    store.follow("double11", "Asia/Kolkata")
    assert hours(store) == [-0.5, 239.5]
    assert check(store.path) == []


def test_hours_that_start_together_need_no_writing(store: Store) -> None:
    store.follow("double11", "Asia/Shanghai")
    with store.read() as connection:
        assert connection.execute(select(rules)).first() is None
    assert hours(store) == [0, 240]


def test_wrong_rules_are_refused(store: Store) -> None:
    with pytest.raises(BannerError, match="unknown time zone 'Mars'"):
        store.set_rules("double11", Rules("Mars"))
    with pytest.raises(BannerError, match="a window can't be shorter than nothing"):
        Rules(early=timedelta(minutes=-1))
    assert store.rules("double11") == Rules()
