"""kill -9: nothing that was acknowledged is lost, and nothing is counted twice. `make soak` does it 100 times."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ledger import DECISIONS, Ledger, round_of, settle
from track_samples import ingest

from banner_engine.track import Store

ROUNDS = int(os.environ.get("SOAK_ROUNDS", "20"))
HERE = Path(__file__).parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "track.db") as store:
        ingest(store, DECISIONS)
    return tmp_path / "track.db"


def test_kill_9_loses_nothing_and_counts_nothing_twice(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = Ledger(seed=15)
    for _ in range(ROUNDS):
        round_of(ledger, path)
    settle(ledger, path)
    rate = ledger.recorded / ledger.seconds
    with capsys.disabled():
        if ROUNDS > 20:
            print(f"\n{ROUNDS} kills, {len(ledger.certain):,} events, {rate:,.0f} a second while recording")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("hasty", "an event was acknowledged and is not stored"),
        ("no key", "an event was stored twice"),
    ],
)
def test_the_ledger_notices_a_store_that_is_wrong(path: Path, wrong: str, told: str) -> None:
    ledger = Ledger(seed=16)
    with pytest.raises(AssertionError, match=told):
        for _ in range(8):
            round_of(ledger, path, wrong)


def test_an_event_is_on_the_disk_before_it_is_acknowledged(path: Path, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,write,pwrite64,read"
    command = [strace, "-f", "-y", "-s", "200", "-o", str(trace), "-e", calls]
    process = subprocess.Popen(
        [*command, sys.executable, str(HERE / "recorder_process.py"), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    for number in range(5):
        process.stdin.write(f"event-{number} impression {number}\n")
        process.stdin.flush()
        if process.stdout.readline() != f"event-{number}\n":
            pytest.skip(f"strace can't trace here: {process.stderr.read()[:200]}")
    process.communicate()
    lines = trace.read_text().splitlines()
    for number in range(5):
        came = next(at for at, line in enumerate(lines) if re.search(rf'read.*"event-{number} ', line))
        said = next(at for at, line in enumerate(lines) if re.search(rf'write\(1.*"event-{number}\\n"', line))
        between = lines[came:said]
        logged = [at for at, line in enumerate(between) if re.search(r"pwrite64\(\d+<.*track\.db-wal>", line)]
        synced = [
            at
            for at, line in enumerate(between)
            if re.search(r"f(data)?sync\(\d+<.*track\.db-wal>\) += 0", line)
        ]
        assert logged and synced, f"event-{number} was acknowledged without a sync of the log"
        assert synced[-1] > logged[-1], f"event-{number} was written after the last sync"
