"""SIGKILL in the middle of `banner render`, then `--resume`: every file as if nothing had happened."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from killing import World, killed, pictures, resumed, wait_for
from shop_samples import banner, contents, read_rows, start


@pytest.mark.parametrize(("workers", "share"), [("1", 0.0), ("1", 0.4), ("2", 0.5)])
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
    if workers == "1":  # (a second worker may be far ahead of the first, which is awaited)
        assert pictures(out) - kept <= 12, "a kill costs one batch at most"
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


def half_packed(out: Path) -> bool:
    return any(path.stat().st_size > 300_000 for path in out.glob("packs/.*.tar.*"))


def half_told(out: Path) -> bool:
    return (out / "files.jsonl").exists() and len((out / "files.jsonl").read_bytes().splitlines()) > 20


@pytest.mark.parametrize(("keep", "half_done"), [("--pack", half_packed), ("--recipes-only", half_told)])
def test_killed_runs_that_keep_pictures_in_other_ways(
    world: World, tmp_path: Path, keep: str, half_done: Callable[[Path], bool]
) -> None:
    out, whole = tmp_path / "out", tmp_path / "whole"
    assert banner(*world.words(whole, "--workers", "1", keep)).code == 0
    killed(world, out, "1", lambda: half_done(out), keep)
    resumed(world, out, keep)
    assert contents(out) == contents(whole)
    assert {row["sha256"] for row in read_rows(out / "variants.jsonl")} == {
        digest for name, digest in world.whole.items() if name.startswith("images/")
    }
