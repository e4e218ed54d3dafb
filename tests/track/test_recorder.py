"""Group commit: acknowledged means stored, whoever else is in the group."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import event, func, select
from track_samples import decision, impression, ingest

from banner_engine.errors import BannerError
from banner_engine.track import Outcome, Store
from banner_engine.track.recorder import Ack, Overloaded, Recorder
from banner_engine.track.tables import decisions, events


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "track.db") as opened:
        ingest(opened)
        yield opened


def stored(store: Store, table: object = events) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_an_acknowledged_event_is_in_the_store(store: Store) -> None:
    with Recorder(store) as recorder:
        assert recorder.record(impression("e1")) == Ack(new=True)
        assert stored(store) == 1
        assert recorder.record(impression("e1")) == Ack(new=False)
        assert stored(store) == 1


def test_the_same_receipt_sent_seven_times_at_once_and_after_a_restart_counts_once(store: Store) -> None:
    with Recorder(store) as recorder, ThreadPoolExecutor(7) as pool:
        acks = list(pool.map(recorder.record, [impression("e1")] * 7))
    assert sum(ack.new for ack in acks) == 1
    with Store.open(store.path) as again, Recorder(again) as recorder:
        assert recorder.record(impression("e1")) == Ack(new=False)
    assert stored(store) == 1


def test_a_bad_event_is_refused_alone(store: Store) -> None:
    with Recorder(store) as recorder:
        good = [recorder.submit(impression(f"e{number}")) for number in range(20)]
        bad = recorder.submit(impression("bad", kind="klick"))
        more = [recorder.submit(impression(f"f{number}")) for number in range(20)]
        with pytest.raises(BannerError, match=r"^kind: unknown kind 'klick'"):
            bad.result()
        assert all(told.result().new for told in [*good, *more])
    assert stored(store) == 40


def test_a_decision_that_can_not_be_stored_harms_nobody_else(store: Store) -> None:
    with Recorder(store) as recorder:
        told = [recorder.submit(impression(f"e{number}")) for number in range(9)]
        bad = recorder.submit(impression("bad", 90), decision(90, variant_id="v7"))
        told += [recorder.submit(impression("e9", 91), decision(91)), recorder.submit(None, decision(92))]
        with pytest.raises(BannerError, match="unknown variant 'v7'"):
            bad.result()
        assert all(one.result().new for one in told)
    assert (stored(store), stored(store, decisions)) == (10, 6)


class Gated(Store):
    """A store whose commits wait, so that events gather."""

    gate = Event()
    sizes: list[int]

    def record(self, receipts: object, decisions: object = ()) -> Outcome:
        batch = list(receipts)  # type: ignore[call-overload]
        self.sizes.append(len(batch))
        self.gate.wait(10)
        return super().record(batch, decisions)  # type: ignore[arg-type]


def test_events_gather_while_a_group_is_committed_and_too_many_are_refused(tmp_path: Path) -> None:
    with Gated.open(tmp_path / "track.db") as gated:
        ingest(gated)
        assert isinstance(gated, Gated)
        gated.sizes, gated.gate = [], Event()
        with Recorder(gated, group=8, waiting=20) as recorder:
            first = recorder.submit(impression("first"))
            while not gated.sizes:
                pass
            told: list[Future[Ack]] = [recorder.submit(impression(f"e{number}")) for number in range(20)]
            with pytest.raises(Overloaded, match="20 events wait for the disk"):
                recorder.submit(impression("one too many"))
            assert not first.done()
            gated.gate.set()
            assert all(one.result().new for one in [first, *told])
        assert gated.sizes == [1, 8, 8, 4]


def test_closing_stores_what_waits_and_then_refuses(store: Store) -> None:
    recorder = Recorder(store)
    told = [recorder.submit(impression(f"e{number}")) for number in range(200)]
    recorder.close()
    recorder.close()
    assert all(one.done() and one.result().new for one in told)
    assert stored(store) == 200
    with pytest.raises(BannerError, match="closed"):
        recorder.submit(impression("late"))


def test_a_disk_that_fails_is_told_to_all_of_the_group_and_the_next_one_goes_on(store: Store) -> None:
    most = [10**6]  # pages; the recorder's thread has a connection of its own
    limit = lambda connection, *_: connection.execute(f"PRAGMA max_page_count = {most[0]}")  # noqa: E731
    event.listen(store._reader.pool, "checkout", limit)
    with Recorder(store) as recorder:
        assert recorder.record(impression("before")).new
        with store._writer.begin() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        most[0] = pages + 1
        told = [recorder.submit(impression(f"e{number:0150}")) for number in range(500)]
        refused = [one for one in told if one.exception() is not None]
        assert refused
        assert all("the disk is full" in str(one.exception()) for one in refused)
        assert stored(store) == 1 + len(told) - len(refused)
        most[0] = 10**6
        again = [recorder.record(impression(f"e{number:0150}")) for number in range(500)]
        assert sum(ack.new for ack in again) == len(refused)
    assert stored(store) == 501


def test_an_event_loop_can_wait(store: Store) -> None:
    async def many() -> list[Ack]:
        with Recorder(store) as recorder:
            return await asyncio.gather(*(recorder.arecord(impression(f"e{n}")) for n in range(100)))

    assert all(ack.new for ack in asyncio.run(many()))
    assert stored(store) == 100
