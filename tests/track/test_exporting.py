"""What is exported says what the store holds, and events come back by an import."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from track_samples import NOON, RUN, VARIANTS, decision, impression, ingest

from banner_engine.errors import BannerError
from banner_engine.report import CampaignSettings, report
from banner_engine.track import CountsRecord, Receipt, SpendRecord, Store, import_events
from banner_engine.track.exporting import TABLES, export

SETTINGS = CampaignSettings("double11", "UTC", {})


def fill(store: Store) -> None:
    ingest(store)
    store.record([impression("e1"), impression("e2", 1, kind="click"), impression("e3", flags=("crawler",))])
    store.record([Receipt("e4", "impression", NOON, variant_id="v1", placement="mail")])
    store.record_spend([SpendRecord("s1", NOON, 12_500_001, "CNY", "home", campaign="double11")])
    day = NOON + timedelta(days=1)
    store.record_counts([CountsRecord("ads", "double11", "home", None, NOON, day, 9, 1, 5, "CNY")])
    store.roll()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_csv_holds_every_table(tmp_path: Path) -> None:
    with Store.open(tmp_path / "track.db") as store:
        fill(store)
        written = export(store, tmp_path / "out")
    assert written == {
        "events": 4, "spend": 1, "decisions": 4, "hourly": 3, "counts": 1, "variants": 2, "pauses": 0,
    }  # fmt: skip
    assert set(written) == set(TABLES)
    first = rows(tmp_path / "out" / "events.csv")[0]
    assert (first["event_id"], first["kind"], first["decision_id"]) == ("e1", "impression", "d0")
    assert first["time"] == "2026-11-11T12:01:00+00:00"
    assert rows(tmp_path / "out" / "spend.csv")[0]["amount"] == "12.500001"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(f"{n}.csv" for n in TABLES)


def test_parquet_says_the_same(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    with Store.open(tmp_path / "track.db") as store:
        fill(store)
        export(store, tmp_path / "out", form="parquet")
        export(store, tmp_path / "out")
    for name in TABLES:
        found = parquet.read_table(tmp_path / "out" / f"{name}.parquet").to_pylist()
        expected = rows(tmp_path / "out" / f"{name}.csv")
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            told = {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in one.items()}
            assert {k: "" if v is None else str(v) for k, v in told.items()} == other


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_exported_events_come_back(tmp_path: Path, form: str) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    with Store.open(tmp_path / "a.db") as store:
        fill(store)
        export(store, tmp_path / "out", ("events", "spend"), form)
        expected = report(store, SETTINGS).rows
    with Store.open(tmp_path / "b.db") as store:
        store.ingest_run(RUN, VARIANTS, (decision(number) for number in range(4)))
        done = import_events(store, tmp_path / "out" / f"events.{form}", campaign="double11")
        assert (done.accepted, done.rejected) == (4, 0)
        assert import_events(store, tmp_path / "out" / f"spend.{form}", campaign="double11").accepted == 1
        assert report(store, SETTINGS).rows == expected


def test_an_unknown_table_is_told(tmp_path: Path) -> None:
    with (
        Store.open(tmp_path / "track.db") as store,
        pytest.raises(BannerError, match="did you mean 'events'"),
    ):
        export(store, tmp_path / "out", ("event",))
