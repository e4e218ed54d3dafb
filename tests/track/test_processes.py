"""Several processes on one store, and processes that die in the middle of it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from track_samples import impression, ingest
from writer_process import GROUP, ids

from banner_engine.report import CampaignSettings, report
from banner_engine.track import Store
from banner_engine.track.tables import events

HERE = Path(__file__).parent
SETTINGS = CampaignSettings("double11", "UTC", {})


def start(path: Path, name: str, groups: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(HERE / "writer_process.py"), str(path), name, str(groups)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def stored_ids(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(events.c.event_id)).scalars())


def test_two_writers_and_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "track.db"
    groups = 60
    with Store.open(path) as store:
        ingest(store)
        writers = [start(path, name, groups) for name in ("a", "b")]
        seen = [0]
        while any(writer.poll() is None for writer in writers):
            totals = report(store, SETTINGS).totals
            gross = sum(total.impressions_gross for total in totals)
            assert gross % GROUP == 0  # a group is there as a whole, or not at all
            assert gross >= seen[-1]
            seen.append(gross)
        for writer in writers:
            out, complaints = writer.communicate()
            assert (complaints, len(out.splitlines())) == ("", groups)
        (total,) = report(store, SETTINGS).totals
        assert (total.impressions_gross, total.impressions) == (2 * groups * GROUP, 4)
        assert len(set(stored_ids(store))) == 2 * groups * GROUP


@pytest.mark.parametrize("after", [1, 7, 23])
def test_what_was_acknowledged_survives_kill_9_and_a_retry_counts_nothing_twice(
    tmp_path: Path, after: int
) -> None:
    path = tmp_path / "track.db"
    with Store.open(path) as store:
        ingest(store)
    writer = start(path, "a", 0)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline() for _ in range(after)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += writer.stdout.readlines()
    writer.communicate()
    certain = {event_id for number in range(len(acknowledged)) for event_id in ids("a", number)}
    unknown = set(ids("a", len(acknowledged)))
    with Store.open(path) as store:
        found = stored_ids(store)
        assert len(found) == len(set(found))
        assert certain <= set(found) <= certain | unknown
        for number in range(len(acknowledged) + 1):
            store.record([impression(event_id, number % 4) for event_id in ids("a", number)])
        assert sorted(stored_ids(store)) == sorted(certain | unknown)
