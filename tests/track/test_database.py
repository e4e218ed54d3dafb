"""The file: how it opens, what it refuses, how old versions come up, how it is kept safe."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Index, MetaData, Table, func, inspect, select
from track_samples import impression, ingest

from banner_engine.errors import BannerError
from banner_engine.report import CampaignSettings, PlacementValue, report
from banner_engine.track import Store
from banner_engine.track.migrations import STEPS, Step, migrate
from banner_engine.track.tables import events, metadata

HERE = Path(__file__).parent


def fails(path: Path, **options: bool) -> str:
    with pytest.raises(BannerError) as caught:
        Store.open(path, **options)
    assert caught.value.kind == "store"
    return str(caught.value).replace(str(path), "PATH")


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "track.db"
    path.write_text("event_id,kind\n" * 100)
    assert fails(path) == "PATH: this file is not a banner store; give the path of a track.db"
    assert path.read_text() == "event_id,kind\n" * 100


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE orders (id INTEGER)")
    assert fails(path) == (
        "PATH: this SQLite database is not a banner store; "
        "give the path of a track.db, or of a file that does not exist yet"
    )
    with sqlite3.connect(path) as other:
        assert [name for (name,) in other.execute("SELECT name FROM sqlite_master")] == ["orders"]


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "track.db"
    Store.open(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("INSERT INTO schema_version VALUES (99, 'from the future')")
    assert fails(path) == (
        f"PATH: the store has schema version 99, and this program knows versions up to {len(STEPS)}; "
        "update banner-engine"
    )


def test_without_create_a_missing_store_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "no" / "track.db"
    assert fails(path, create=False) == (
        "PATH: there is no store yet; banner render makes one, and so does banner track ingest"
    )
    assert not path.parent.exists()


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    assert fails(tmp_path) == (
        "PATH: the store can't be opened; check that its folder exists and can be written"
    )


def test_a_damaged_page_is_never_read_silently(tmp_path: Path) -> None:
    path = tmp_path / "track.db"
    with Store.open(path) as store:
        ingest(store, 3_000)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xa5" * 4096 * 8)
    with Store.open(path) as store, pytest.raises(BannerError, match="the store is damaged"):
        ingest(store, 3_000)


def test_commits_reach_the_disk(tmp_path: Path) -> None:
    with Store.open(tmp_path / "track.db") as store, store.read() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2}


def test_the_steps_make_the_tables_that_the_code_reads(tmp_path: Path) -> None:
    with Store.open(tmp_path / "track.db") as store, store.read() as connection:
        made = MetaData()
        made.reflect(connection)
        for name, table in metadata.tables.items():
            assert columns(made.tables[name]) == columns(table)
            assert shapes(made.tables[name].indexes) == shapes(table.indexes)
        assert set(inspect(connection).get_table_names()) == set(metadata.tables)


def columns(table: Table) -> list[tuple[object, ...]]:
    return [
        (column.name, column.type._type_affinity, column.primary_key or column.nullable)
        for column in table.columns
    ]


def shapes(indexes: set[Index]) -> set[tuple[object, ...]]:
    return {(index.name, bool(index.unique), tuple(index.columns.keys())) for index in indexes}


@pytest.mark.parametrize("version", range(1, len(STEPS)))
def test_an_old_store_comes_up_with_all_it_held(tmp_path: Path, version: int) -> None:
    path = tmp_path / "track.db"
    old = sqlite3.connect(path)
    old.executescript((HERE / f"version_{version}.sql").read_text())
    old.close()
    settings = CampaignSettings(
        "double11", "Asia/Shanghai", {"home": PlacementValue(2_400_000_000, "CNY", "S")}
    )
    with Store.open(path) as store:
        with store.read() as connection:
            version_rows = connection.exec_driver_sql("SELECT version FROM schema_version ORDER BY version")
            assert version_rows.scalars().all() == list(range(1, len(STEPS) + 1))
        (total,) = report(store, settings).totals
        assert (total.impressions, total.impressions_gross, total.flagged) == (2, 4, 1)
        assert (total.clicks, total.clicks_gross, total.clicks_without_impression) == (2, 2, 0)
        assert total.value and total.value.micros == 100_000_000
        assert total.spend and total.spend.micros == 12_500_000
        (simulated,) = report(store, settings, simulated=True).totals
        assert simulated.impressions == 1


def test_a_step_that_fails_leaves_the_version_before_it(tmp_path: Path) -> None:
    path = tmp_path / "track.db"
    broken = Step("broken", ("CREATE TABLE half (id INTEGER)", "CREATE TABLE nonsense ("))
    with Store.open(path) as store:
        with pytest.raises(Exception, match="incomplete input"), store._writer.begin() as connection:
            migrate(connection, path, (*STEPS, broken))
        with store.read() as connection:
            assert "half" not in inspect(connection).get_table_names()
    Store.open(path).close()


@pytest.mark.parametrize("version", range(len(STEPS)))
def test_processes_that_meet_in_a_new_or_an_old_file_all_get_in_and_one_migrates(
    tmp_path: Path, version: int
) -> None:
    if version:
        old = sqlite3.connect(tmp_path / "track.db")
        old.executescript((HERE / f"version_{version}.sql").read_text())
        old.close()
    code = "import sys, pathlib, banner_engine.track as t; t.Store.open(pathlib.Path(sys.argv[1]))"
    arguments = [sys.executable, "-c", code, str(tmp_path / "track.db")]
    started = [subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate()[1] for process in started] == [""] * 4
    with Store.open(tmp_path / "track.db") as store, store.read() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM schema_version").scalar()
        assert rows == len(STEPS)


def test_a_full_disk_is_told_and_nothing_of_the_batch_is_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "track.db"
    with Store.open(path) as store:
        ingest(store)
        assert store.record([impression("before")]).accepted == 1
        with store._writer.begin() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        with store._reader.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        batch = [impression(f"e{number:0100}") for number in range(2_000)]
        with pytest.raises(BannerError, match="the disk is full; nothing of this batch was stored"):
            store.record(batch)
        with store._reader.connect() as connection:
            assert connection.execute(select(func.count()).select_from(events)).scalar() == 1
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert store.record(batch).accepted == 2_000


def test_a_file_that_may_not_grow_is_told(tmp_path: Path) -> None:
    path = tmp_path / "track.db"
    with Store.open(path) as store:
        ingest(store)
    code = f"""
import resource, signal, sys
sys.path.insert(0, {str(HERE)!r})
from pathlib import Path
from track_samples import impression
from banner_engine.errors import BannerError
from banner_engine.track import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Store.open(Path({str(path)!r})) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    try:
        store.record(impression(f"e{{number:0100}}") for number in range(20_000))
    except BannerError as error:
        print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(store.record([impression("after")]).accepted)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told, after = done.stdout.splitlines()
    assert re.search("(the disk is full|the disk failed); nothing of this batch was stored", told)
    assert after == "1"
