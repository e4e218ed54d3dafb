"""Zones on disk: what is found is what was put, whatever happened to the files."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zone_writer_process import key_of, runs_of

from banner_engine.encode.zonefiles import ZoneFile, collect, packed, unpacked, zone_files
from banner_engine.encode.zonestore import DiskZones


def small(folder: Path, **others: int) -> DiskZones:
    return DiskZones(folder, look_every=0, **others)


def total(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


@given(st.lists(st.binary(max_size=40)))
def test_runs_survive_packing(runs: list[bytes]) -> None:
    assert unpacked(packed(tuple(runs))) == tuple(runs)


steps = st.one_of(
    st.tuples(st.just("put"), st.integers(0, 1), st.integers(0, 12)),
    st.tuples(st.sampled_from(["flush", "close", "reopen", "abandon"]), st.integers(0, 1), st.just(0)),
    st.tuples(st.just("tear"), st.integers(0, 1), st.integers(0, 70)),
    st.tuples(st.just("gc"), st.just(0), st.integers(0, 20_000)),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(steps, max_size=40))
def test_two_stores_never_find_anything_wrong(done: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "zones"
        stores = [small(folder, file_bytes=9_000), small(folder, file_bytes=9_000)]
        collected = False
        flushed: set[int] = set()
        waiting: list[set[int]] = [set(), set()]
        for what, which, number in done:
            store = stores[which]
            if what == "put":
                store.put(key_of(number), runs_of(number))
                waiting[which].add(number)
            elif what in ("flush", "close", "reopen"):
                store.flush() if what == "flush" else store.close()
                flushed |= waiting[which]
                waiting[which].clear()
            elif what == "abandon":
                # what a kill leaves: nothing that waited, and a lock that is free
                store._pending.clear()
                store._pending_bytes = 0
                store.close()
                waiting[which].clear()
            elif what == "gc":
                collect(folder, number)
                collected = True
            elif what == "tear" and store._writer is None and folder.is_dir():
                free = [f.name for f in zone_files(folder) if all(f.name != _held(s) for s in stores)]
                for file in sorted(free)[:1]:
                    with (folder / f"{file}.zones").open("ab") as data:
                        data.write(b"\xa5" * number)
                    with (folder / f"{file}.index").open("ab") as index:
                        index.write(b"\xa5" * (number % 32))
            if what in ("reopen", "abandon"):
                stores[which] = small(folder, file_bytes=9_000)
        for store in (*stores, small(folder)):
            for number in range(13):
                found = store.get(key_of(number))
                assert found in (None, runs_of(number))
                if not collected and number in flushed:
                    assert found == runs_of(number)
            store.close()


def _held(store: DiskZones) -> str | None:
    return store._writer.name if store._writer is not None else None


def test_another_process_sees_what_was_flushed_without_opening_again(tmp_path: Path) -> None:
    writer, reader = small(tmp_path), small(tmp_path)
    assert reader.get(key_of(1)) is None
    writer.put(key_of(1), runs_of(1))
    assert reader.get(key_of(1)) is None
    assert writer.get(key_of(1)) == runs_of(1)
    writer.flush()
    assert reader.get(key_of(1)) == runs_of(1)
    writer.put(key_of(2), runs_of(2))
    writer.flush()
    assert reader.get(key_of(2)) == runs_of(2)


def test_looks_are_seldom(tmp_path: Path) -> None:
    writer, reader = small(tmp_path), DiskZones(tmp_path, look_every=3600)
    assert reader.get(key_of(1)) is None
    writer.put(key_of(1), runs_of(1))
    writer.flush()
    assert reader.get(key_of(1)) is None


def test_a_zone_is_kept_once(tmp_path: Path) -> None:
    first, second = small(tmp_path), small(tmp_path)
    first.put(key_of(1), runs_of(1))
    first.flush()
    size = total(tmp_path)
    assert second.get(key_of(1)) is not None
    for store in (first, second):
        store.put(key_of(1), runs_of(1))
        store.flush()
    assert total(tmp_path) == size


def test_each_writer_has_its_file_and_the_next_one_goes_on_with_it(tmp_path: Path) -> None:
    stores = [small(tmp_path) for _ in range(3)]
    for number, store in enumerate(stores):
        store.put(key_of(number), runs_of(number))
        store.flush()
    assert len(list(zone_files(tmp_path))) == 3
    for store in stores:
        store.close()
    later = small(tmp_path)
    later.put(key_of(9), runs_of(9))
    later.close()
    assert len(list(zone_files(tmp_path))) == 3
    assert all(small(tmp_path).get(key_of(number)) == runs_of(number) for number in (0, 1, 2, 9))


def test_the_next_writer_cuts_a_torn_tail(tmp_path: Path) -> None:
    store = small(tmp_path)
    store.put(key_of(1), runs_of(1))
    store.close()
    (file,) = zone_files(tmp_path)
    data, index = tmp_path / f"{file.name}.zones", tmp_path / f"{file.name}.index"
    whole = data.read_bytes(), index.read_bytes()
    data.write_bytes(whole[0] + b"half a zone")
    index.write_bytes(whole[1] + whole[1][:31])
    reader = small(tmp_path)
    assert reader.get(key_of(1)) == runs_of(1)
    assert (data.read_bytes(), index.read_bytes()) != whole
    store = small(tmp_path)
    store.put(key_of(2), runs_of(2))
    store.close()
    assert data.read_bytes() == whole[0] + packed(runs_of(2))
    assert len(index.read_bytes()) == 64
    assert reader.get(key_of(2)) == runs_of(2)


@pytest.mark.parametrize("harm", ["flip", "short", "gone"])
def test_a_damaged_zone_is_missing_and_can_be_put_again(tmp_path: Path, harm: str) -> None:
    store = small(tmp_path)
    store.put(key_of(1), runs_of(1))
    store.close()
    (file,) = zone_files(tmp_path)
    data = tmp_path / f"{file.name}.zones"
    content = data.read_bytes()
    if harm == "gone":
        data.unlink()
    else:
        data.write_bytes(content[:-1] + (bytes([content[-1] ^ 1]) if harm == "flip" else b""))
    store = small(tmp_path)
    assert store.get(key_of(1)) is None
    store.put(key_of(1), runs_of(1))
    store.put(key_of(2), runs_of(2))
    store.close()
    assert small(tmp_path).get(key_of(1)) == runs_of(1)
    assert small(tmp_path).get(key_of(2)) == runs_of(2)


def test_a_killed_writer_leaves_whole_zones(tmp_path: Path) -> None:
    program = Path(__file__).with_name("zone_writer_process.py")
    writers = [
        subprocess.Popen(
            [sys.executable, str(program), str(tmp_path), str(start)], stdout=subprocess.PIPE, text=True
        )
        for start in (0, 1_000_000)
    ]
    told = []
    for writer in writers:
        assert writer.stdout is not None
        told.append([int(writer.stdout.readline()) for _ in range(30)][-1])
    for writer in writers:
        writer.kill()
        writer.communicate()
    for start, last in zip((0, 1_000_000), told, strict=True):
        store = small(tmp_path)
        assert all(store.get(key_of(n)) == runs_of(n) for n in range(start, last + 1))
        assert all(store.get(key_of(n)) in (None, runs_of(n)) for n in range(last, last + 500))
        store.close()
    files = len(list(zone_files(tmp_path)))
    assert files >= 2
    store = small(tmp_path)
    store.put(key_of(999_999_999), runs_of(999_999_999))
    store.close()
    assert len(list(zone_files(tmp_path))) == files


def test_collecting_takes_the_oldest_and_breaks_no_reader(tmp_path: Path) -> None:
    for number in range(6):
        store = small(tmp_path, file_bytes=1)
        store.put(key_of(number), runs_of(number))
        store.close()
    files = sorted(zone_files(tmp_path), key=lambda file: file.changed)
    for age, file in enumerate(files):
        os.utime(tmp_path / f"{file.name}.zones", ns=(age, age))
    by_age = {file.name: age for age, file in enumerate(files)}
    holds = {}
    for number in range(6):
        for file in files:
            one = ZoneFile(tmp_path, file.name)
            one.look()
            if key_of(number) in one:
                holds[number] = by_age[file.name]
    reader = small(tmp_path)
    mapped = next(number for number, age in holds.items() if age == 0)
    assert reader.get(key_of(mapped)) == runs_of(mapped)
    done = collect(tmp_path, sum(file.bytes for file in files[3:]))
    assert (done.files, done.left) == (3, sum(file.bytes for file in files[3:]))
    assert reader.get(key_of(mapped)) == runs_of(mapped)  # still mapped
    for number, age in holds.items():
        if number != mapped:
            assert reader.get(key_of(number)) == (runs_of(number) if age >= 3 else None)
    assert reader.get(b"?" * 16) is None
    assert reader.get(key_of(mapped)) is None  # the look that this miss was worth has let it go


def test_collecting_spares_a_file_that_is_written(tmp_path: Path) -> None:
    store = small(tmp_path)
    store.put(key_of(1), runs_of(1))
    store.flush()
    assert collect(tmp_path, 0).files == 0
    assert small(tmp_path).get(key_of(1)) == runs_of(1)
    store.close()
    assert collect(tmp_path, 0).files == 1
    assert total(tmp_path) == 0


def test_a_store_that_is_dropped_gives_its_file_free(tmp_path: Path) -> None:
    store = small(tmp_path)
    store.put(key_of(1), runs_of(1))
    store.flush()
    del store
    assert collect(tmp_path, 0).files == 1


@settings(max_examples=30, deadline=None)
@given(st.integers(20_000, 60_000), st.integers(1, 9))
def test_the_disk_budget_holds(budget: int, together: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = small(folder, budget=budget, file_bytes=8_000)
        biggest = 0
        for number in range(60):
            store.put(key_of(number), runs_of(number))
            biggest = max(biggest, len(packed(runs_of(number))) + 32)
            if number % together == 0:
                store.flush()
                assert total(folder) <= budget + together * biggest
        assert store.get(key_of(59)) == runs_of(59)
        store.close()


def test_memory_is_bounded_by_entries(tmp_path: Path) -> None:
    store = small(tmp_path, file_bytes=8_000, entries=10)
    for number in range(40):
        store.put(key_of(number), runs_of(number))
        store.flush()
        assert sum(map(len, store._files.values())) <= 10
    assert store.get(key_of(39)) == runs_of(39)


def test_a_folder_that_cannot_be_written_costs_nothing_but_zones(tmp_path: Path) -> None:
    (tmp_path / "zones").write_text("a file stands here")
    store = small(tmp_path / "zones")
    store.put(key_of(1), runs_of(1))
    store.flush()
    assert store.get(key_of(1)) is None
