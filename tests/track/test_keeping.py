"""A store in order: damage is noticed, old events go and totals stay, who is forgotten stays forgotten."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select
from track_samples import NOON, RUN, VARIANTS, decision, impression, ingest

from banner_engine.errors import BannerError
from banner_engine.report import CampaignSettings, PlacementValue, report, to_json
from banner_engine.track import Rules, SpendRecord, Store
from banner_engine.track.keeping import check, forget, prune, vacuum
from banner_engine.track.tables import decisions, events

SETTINGS = CampaignSettings("double11", "UTC", {"home": PlacementValue(24_000_000, "CNY", "S")})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "track.db") as opened:
        ingest(opened)
        yield opened


def fill(store: Store, number: int = 400) -> None:
    store.ingest_run(RUN, VARIANTS, (decision(one) for one in range(number)))
    store.record(
        [
            impression(f"{kind}{one:05}", one, minutes=one, kind=kind)
            for one in range(number)
            for kind in ("impression", "click")
            if kind == "impression" or one % 7 == 0
        ]
    )
    store.record_spend([SpendRecord("s", NOON, 5_000_000, "CNY", "home", campaign="double11")])


def said(store: Store) -> str:
    return to_json(report(store, SETTINGS, by=("variant", "hour")))


def count(store: Store, table: object = events) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_whole_store_is_whole(store: Store) -> None:
    fill(store)
    assert check(store.path) == []
    store.roll()
    assert check(store.path) == []


def test_no_store_is_an_error_and_not_a_clean_bill(tmp_path: Path) -> None:
    with pytest.raises(BannerError, match="there is no store yet"):
        check(tmp_path / "none.db")


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE hourly SET clicks = clicks + 1 WHERE arm = 1", "the roll-up of arm 1 in the hour of"),
        ("UPDATE events SET kind = 3 - kind WHERE seq = 1", "the roll-up of arm 1 in the hour of"),
        ("DELETE FROM events WHERE seq = 9", "the roll-up of arm 1 in the hour of"),
        ("UPDATE hourly_spend SET micros = 1", "the roll-up of spend of arm 3 says 1 micros, spend 5000000"),
        ("DELETE FROM decisions WHERE seq = 1", "2 events name a decision that is not in the store"),
        ("DELETE FROM variants WHERE variant_id = 'v1'", "1 arms name a variant that is not in the store"),
    ],
)
def test_what_was_changed_behind_our_back_is_told(store: Store, sql: str, told: str) -> None:
    fill(store)
    store.roll()
    with sqlite3.connect(store.path) as other:
        other.execute(sql)
    problems = check(store.path)
    assert problems
    assert told in problems[0]


def test_any_damaged_page_is_noticed_and_none_is_read_silently(store: Store, tmp_path: Path) -> None:
    fill(store)
    store.roll()
    right = said(store)
    store.close()
    vacuum(store.path)
    whole = store.path.read_bytes()
    pages = len(whole) // 4096
    assert pages > 20
    random = Random(7)
    for page in range(pages):
        damaged = tmp_path / "damaged.db"
        damaged.write_bytes(whole[: page * 4096] + random.randbytes(4096) + whole[(page + 1) * 4096 :])
        assert check(damaged), page
        try:
            with Store.open(damaged) as opened:
                assert said(opened) == right, page
        except BannerError as error:
            assert error.kind == "store", page


def test_raw_events_go_and_reports_stay(store: Store) -> None:
    fill(store)
    before, number = said(store), count(store)
    assert prune(store, NOON + timedelta(days=400)) == 0
    store.set_rules("double11", Rules(keep=timedelta(days=100)))
    gone = prune(store, NOON + timedelta(days=100, hours=3))
    assert 0 < gone < number
    assert (count(store), said(store)) == (number - gone, before)
    assert check(store.path) == []
    assert prune(store, NOON + timedelta(days=400)) == number - gone - 1
    assert said(store) == before
    assert check(store.path) == []
    first, second = vacuum(store.path)
    assert second < first


def test_what_is_older_than_the_raw_events_is_not_counted_again(store: Store) -> None:
    fill(store)
    store.set_rules("double11", Rules(keep=timedelta(days=100)))
    prune(store, NOON + timedelta(days=100, hours=3))
    before = said(store)
    outcome = store.record([impression("impression00000", 0, minutes=0)])
    assert [str(error).partition(";")[0] for error in outcome.rejected] == [
        "row 1, time: this is older than the raw events that are kept, so nobody knows whether it was counted"
    ]
    assert said(store) == before
    store.record([impression("new", 1, minutes=60 * 24 * 30)])
    assert said(store) != before


def test_other_rules_need_the_raw_events(store: Store) -> None:
    fill(store)
    store.set_rules("double11", Rules(keep=timedelta(days=100)))
    prune(store, NOON + timedelta(days=100, hours=3))
    with pytest.raises(BannerError, match="older raw events are gone"):
        store.set_rules("double11", Rules(late=timedelta(days=1), keep=timedelta(days=100)))
    assert store.rules("double11") == Rules(keep=timedelta(days=100))
    with pytest.raises(BannerError, match="older raw events are gone"):
        report(store, CampaignSettings("double11", "Asia/Kolkata", {}))
    with pytest.raises(BannerError, match="raw events can't go before the window of 90 days ends"):
        Rules(keep=timedelta(days=89))


USER = "5a" * 16


def test_a_user_is_forgotten_and_totals_stay(store: Store) -> None:
    theirs = [decision(number, user=USER, decision_id=f"theirs-{number}") for number in (500, 501)]
    store.ingest_run(RUN, VARIANTS, [*theirs, decision(502, user="another")])
    receipts = [impression(f"e{one.decision_id}", decision_id=one.decision_id) for one in theirs]
    store.record(receipts)
    before = said(store)
    assert forget(store, USER) == 2
    assert said(store) == before
    with store.read() as connection:
        users = connection.execute(select(decisions.c.user)).scalars().all()
    assert set(users) == {None, "another"}

    # neither the run, nor a link, nor a receipt brings them back
    assert store.ingest_run(RUN, VARIANTS, theirs).decisions == 0
    outcome = store.record(
        [impression("late", decision_id="theirs-500")], [decision(500, user=None, decision_id="theirs-500")]
    )
    assert (outcome.accepted, len(outcome.rejected)) == (0, 1)
    assert said(store) == before
    assert forget(store, USER) == 0

    store.close()
    for file in store.path.parent.iterdir():
        raw = file.read_bytes()
        assert USER.encode() not in raw
        assert b"theirs-" not in raw.replace(b"etheirs-", b"")
    assert check(store.path) == []


def test_a_copy_of_a_store_is_a_store(store: Store, tmp_path: Path) -> None:
    fill(store)
    vacuum(store.path)
    shutil.copyfile(store.path, tmp_path / "copy.db")
    with Store.open(tmp_path / "copy.db") as copy:
        assert said(copy) == said(store)
