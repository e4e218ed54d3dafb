"""Runs that are interrupted, orphaned, or met by a second one."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from killing import World, pictures, resumed, wait_for
from shop_samples import banner, contents, read_rows, start


def test_workers_end_when_their_parent_is_killed_alone(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(*world.words(out, "--workers", "2"))
    wait_for(lambda: pictures(out) > 10, process)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    try:
        wait_until_gone(process.pid)
    finally:
        process.communicate()
    resumed(world, out)
    assert contents(out) == world.whole


def wait_until_gone(group: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    pytest.fail("processes of the run live on without their parent")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_stops_in_one_line_and_loses_little(world: World, tmp_path: Path, workers: str) -> None:
    out = tmp_path / "out"
    process = start(*world.words(out, "--workers", workers))
    wait_for(lambda: pictures(out) > 2, process)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.strip()) == (130, "Stopped.")
    assert pictures(out) - len(read_rows(out / "files.jsonl")) <= 24
    resumed(world, out)
    assert contents(out) == world.whole


def test_one_run_at_a_time_in_a_folder(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(*world.words(out, "--workers", "1"))
    wait_for(lambda: (out / "run.json").exists(), process)
    os.kill(process.pid, signal.SIGSTOP)
    second = banner(*world.words(out, "--workers", "1"))
    os.kill(process.pid, signal.SIGCONT)
    process.communicate(timeout=60)
    message = f"Error: {out}: another run is at work here; wait for it, or name another folder"
    assert (second.code, second.lines) == (2, [message])
    assert process.returncode == 0
    assert contents(out) == world.whole
