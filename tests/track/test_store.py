"""What a store keeps: each id once, nothing that can't be true, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from track_samples import NOON, RUN, VARIANTS, decision, impression, ingest

from banner_engine.errors import BannerError
from banner_engine.track import CountsRecord, Receipt, SpendRecord, Store
from banner_engine.track.tables import counts, decisions, events, runs, spend, variants


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "track.db") as opened:
        ingest(opened)
        yield opened


def rows(store: Store, table: object) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def said(error: BannerError) -> str:
    return str(error)


def test_a_run_is_ingested_once(store: Store) -> None:
    again = store.ingest_run(RUN, VARIANTS, [decision(number) for number in range(6)])
    assert (again.variants, again.decisions) == (0, 2)
    assert (rows(store, runs), rows(store, variants), rows(store, decisions)) == (1, 2, 6)


def test_a_variant_comes_back_as_it_was(store: Store) -> None:
    assert store.variant("v1") == VARIANTS[1]
    assert store.variant("v7") is None


def test_a_runs_id_with_other_inputs_is_refused(store: Store) -> None:
    with pytest.raises(BannerError, match="run 'run-1' is in the store already, with other inputs"):
        store.ingest_run(replace(RUN, details='{"seed":2}'), VARIANTS, [])


def test_a_run_with_one_wrong_decision_leaves_nothing(store: Store) -> None:
    strange = [decision(10), decision(11, variant_id="v7")]
    with pytest.raises(BannerError) as caught:
        store.ingest_run(replace(RUN, run_id="run-2"), VARIANTS, strange)
    assert said(caught.value) == (
        "row 2, variant_id: unknown variant 'v7'; ingest the run that made it first (banner track ingest)"
    )
    assert (rows(store, runs), rows(store, decisions)) == (1, 4)
    store.ingest_run(replace(RUN, run_id="run-2"), VARIANTS, strange[:1])
    assert store.record([impression("e", 10)]).accepted == 1


@pytest.mark.parametrize("propensity", [0.0, -0.5, 1.5, float("nan")])
def test_a_propensity_is_a_probability(store: Store, propensity: float) -> None:
    with pytest.raises(BannerError, match="is not a probability"):
        store.ingest_run(RUN, VARIANTS, [decision(10, propensity=propensity)])


def test_a_receipt_counts_once_however_often_it_comes(store: Store) -> None:
    first = store.record([impression("e1"), impression("e1"), impression("e2", 1)])
    assert (first.accepted, first.duplicates, first.rejected) == (2, 1, [])
    later = store.record([impression("e1", minutes=5)] * 7)
    assert (later.accepted, later.duplicates, later.rejected) == (0, 7, [])
    assert rows(store, events) == 2


def test_an_id_that_names_something_else_is_refused(store: Store) -> None:
    store.record([impression("e1")])
    outcome = store.record(
        [impression("e1", kind="click"), impression("e1", 1), impression("e3"), impression("e3", 1)]
    )
    assert (outcome.accepted, outcome.duplicates) == (1, 0)
    assert [(error.row, error.field) for error in outcome.rejected] == [
        (1, "event_id"),
        (2, "event_id"),
        (4, "event_id"),
    ]
    assert rows(store, events) == 2


def test_an_event_without_a_decision_names_a_variant_in_a_placement(store: Store) -> None:
    known = Receipt("e1", "impression", NOON, variant_id="v1", placement="mail")
    outcome = store.record([known, known, replace(known, event_id="e2", variant_id="v7")])
    assert (outcome.accepted, outcome.duplicates) == (1, 1)
    assert [said(error) for error in outcome.rejected] == [
        "row 3, variant_id: unknown variant 'v7'; ingest the run that made it first (banner track ingest)"
    ]


BAD = {
    "row 1, event_id: an event needs an id": {"event_id": ""},
    "row 1, event_id: an id of 201 characters; at most 200": {"event_id": "e" * 201},
    "row 1, kind: unknown kind 'klick'; did you mean 'click'?": {"kind": "klick"},
    "row 1, time: time 2026-11-11T12:00:00 has no zone; write 2026-11-11T20:00:00+08:00": {
        "time": datetime(2026, 11, 11, 12)
    },
    "row 1, time: time 0 is not in the years 2000 to 2199; "
    "numbers are microseconds since 1970, with 15 or 16 digits": {
        "time": datetime.fromisoformat("1970-01-01T00:00Z")
    },
    "row 1, decision_id: unknown decision 'd77'; ingest the run that made it first (banner track ingest)": {
        "decision_id": "d77"
    },
    "row 1, placement: decision 'd0' has placement 'home', not 'mail'": {"placement": "mail"},
    "row 1, variant_id: neither a decision nor a variant in a placement; "
    "name decision_id, or variant_id and placement": {"decision_id": None},
    "row 1, flags: 'Own IP' is no flag; write it like own_ip": {"flags": ("Own IP",)},
}


@pytest.mark.parametrize("message", BAD)
def test_a_bad_receipt_is_refused_alone_with_its_reason(store: Store, message: str) -> None:
    outcome = store.record([replace(impression("e1"), **BAD[message]), impression("e2")])
    assert outcome.accepted == 1
    assert [said(error) for error in outcome.rejected] == [message]


def test_a_receipt_can_bring_its_decision(store: Store) -> None:
    outcome = store.record([impression("e1", 50)], [decision(50)])
    assert (outcome.accepted, outcome.rejected) == (1, [])
    assert rows(store, decisions) == 5
    store.record([impression("e2", 50)], [decision(50)])
    assert rows(store, decisions) == 5


def test_an_arm_of_a_failed_batch_is_not_remembered(store: Store) -> None:
    with pytest.raises(BannerError):
        store.ingest_run(RUN, VARIANTS, [decision(60, placement="new"), decision(61, variant_id="v7")])
    store.ingest_run(RUN, VARIANTS, [decision(60, placement="new")])
    assert store.record([impression("e1", 60)]).accepted == 1


def test_what_a_simulated_decision_brings_is_simulated(store: Store) -> None:
    store.record([impression("e1", 70)], [decision(70, simulated=True)])
    with store.read() as connection:
        assert connection.execute(select(events.c.simulated)).scalars().all() == [1]


def test_spend_is_stored_once_and_checked(store: Store) -> None:
    paid = SpendRecord("s1", NOON, 12_500_000, "CNY", placement="home", campaign="double11")
    bad = [
        replace(paid, event_id="s2", amount_micros=-1),
        replace(paid, event_id="s3", currency="yuan"),
        replace(paid, event_id="s4", placement=None),
        replace(paid, amount_micros=13_000_000),
        replace(paid, event_id="s5", campaign=None, placement=None, decision_id="d1"),
    ]
    outcome = store.record_spend([paid, paid, *bad])
    assert (outcome.accepted, outcome.duplicates) == (2, 1)
    assert [said(error) for error in outcome.rejected] == [
        "row 3, amount: -1 is no amount; give micros, 0 or more, as an integer",
        "row 4, currency: 'yuan' is no currency; write it like CNY",
        "row 5, placement: spend without a decision, a variant or a placement; "
        "name decision_id, or placement (with variant_id where it is known)",
        "row 6, event_id: event id 's1' already names something else; give each event an id of its own",
    ]
    assert rows(store, spend) == 2


def test_counts_of_a_period_are_replaced(store: Store) -> None:
    day = CountsRecord(
        "ads", "double11", "home", None, NOON, NOON + timedelta(days=1), 100, 3, 9_000_000, "CNY"
    )
    assert store.record_counts([day, replace(day, variant_id="v1")]) == 2
    assert store.record_counts([replace(day, impressions=120, clicks=4)]) == 1
    with store.read() as connection:
        found = connection.execute(
            select(counts.c.variant_id, counts.c.impressions).order_by(counts.c.variant_id)
        )
        assert [tuple(row) for row in found] == [("", 120), ("v1", 100)]
    with pytest.raises(BannerError, match="row 2, clicks: a count below 0"):
        store.record_counts([replace(day, impressions=130), replace(day, variant_id="v1", clicks=-1)])
    with store.read() as connection:
        assert connection.execute(select(func.max(counts.c.impressions))).scalar_one() == 120
