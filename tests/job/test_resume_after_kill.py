"""SIGKILL in the middle of `banner render`, then `--resume`: every file as if nothing had happened."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from shop_samples import AS_OF, Shop, Told, banner, contents, people, read_rows, start, write_lines


@dataclass(frozen=True)
class World:
    """One campaign with its state, its profiles, and what a run makes that nobody interrupts."""

    shop: Shop
    profiles: Path
    out: Path
    whole: dict[str, str]
    """Contents of the uninterrupted run's folder."""
    variants: int

    @property
    def without_journal(self) -> dict[str, str]:
        return {name: digest for name, digest in self.whole.items() if name != "files.jsonl"}

    def words(self, out: Path, *more: str) -> list[str | Path]:
        return [
            "render",
            self.shop.folder,
            "--profiles",
            self.profiles,
            "--out",
            out,
            "--as-of",
            AS_OF,
            *more,
        ]


@pytest.fixture(scope="module")
def world(new_shop: Callable[..., Shop], tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("killed")
    shop = new_shop()
    profiles = write_lines(folder / "people.jsonl", people(60))
    out = folder / "whole"
    words = ["render", shop.folder, "--profiles", profiles, "--out", out, "--as-of", AS_OF, "--workers", "1"]
    told = banner(*words, "--json")
    assert told.code == 0, told.err
    return World(shop, profiles, out, contents(out), told.json["variants"])


def pictures(out: Path) -> int:
    return sum(1 for _ in out.glob("images/*/*.jpg"))


def wait_for(true: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not true() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.002)


def killed(world: World, out: Path, workers: str, when: Callable[[], bool]) -> None:
    """Start a run and kill its whole process group at a moment of it."""
    process = start(*world.words(out, "--workers", workers))
    wait_for(when, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "it was done before it could be killed"


def resumed(world: World, out: Path) -> Told:
    told = banner(*world.words(out, "--workers", "1", "--resume", "--json"))
    assert told.code == 0, told.err
    return told


@pytest.mark.parametrize(("workers", "share"), [("1", 0.0), ("1", 0.3), ("2", 0.1), ("2", 0.7)])
def test_a_killed_run_goes_on_to_the_same_files(
    world: World, tmp_path: Path, workers: str, share: float
) -> None:
    out = tmp_path / "out"
    # at share 0 nothing is drawn yet: the run has only begun
    killed(
        world, out, workers, lambda: (out / "run.json").exists() and pictures(out) >= share * world.variants
    )
    assert not (out / "manifest.json").exists()
    kept = len(read_rows(out / "files.jsonl"))
    assert pictures(out) - kept <= 12 * (int(workers) + 1), "a kill costs a few batches at most"
    told = resumed(world, out)
    assert contents(out) == world.whole
    assert told.json["variants"] == world.variants
    assert (told.json["skipped"], told.json["written"]) == (kept, world.variants - kept)


def test_killed_twice(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    killed(world, out, "1", lambda: pictures(out) > 10)
    process = start(*world.words(out, "--workers", "1", "--resume"))
    wait_for(lambda: pictures(out) > 50, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    resumed(world, out)
    assert contents(out) == world.whole


def test_what_a_torn_write_leaves_is_swept_and_made_whole(world: World, tmp_path: Path) -> None:
    out = shutil.copytree(world.out, tmp_path / "out")
    (out / "manifest.json").rename(out / ".manifest.json.4711")
    (out / ".run.json.4711").write_bytes(b"{")
    first, second = sorted(out.glob("images/*/*.jpg"))[:2]
    first.rename(first.with_name(f".{first.name}.4711"))
    second.write_bytes(second.read_bytes()[:1000])
    with (out / "files.jsonl").open("ab") as journal:
        journal.write(b'{"path":"images/zz/zz.jpg","finge')
    (out / "variants.jsonl.part").write_bytes(b'{"half')
    assert resumed(world, out).json["written"] == 2
    journal = read_rows(out / "files.jsonl")
    assert {row["path"] for row in journal[-2:]} == {str(path.relative_to(out)) for path in (first, second)}
    assert contents(out, without=["files.jsonl"]) == world.without_journal


@pytest.mark.parametrize(
    "lost", [["manifest.json"], ["manifest.json", "assignments.jsonl", "failures.jsonl"]]
)
def test_killed_between_the_last_picture_and_the_commit(
    world: World, tmp_path: Path, lost: list[str]
) -> None:
    out = shutil.copytree(world.out, tmp_path / "out")
    for name in lost:
        (out / name).unlink()
    assert resumed(world, out).json["written"] == 0
    assert contents(out) == world.whole


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
    wait_for(lambda: pictures(out) > 25, process)
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
