"""Runs as processes that are stopped in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shop_samples import AS_OF, Shop, Told, banner, start


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


def pictures(out: Path) -> int:
    return sum(1 for _ in out.glob("images/*/*.jpg"))


def wait_for(true: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not true() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.002)


def killed(world: World, out: Path, workers: str, when: Callable[[], bool], *more: str) -> None:
    """Start a run and kill its whole process group at a moment of it."""
    process = start(*world.words(out, "--workers", workers, *more))
    wait_for(when, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "it was done before it could be killed"


def resumed(world: World, out: Path, *more: str) -> Told:
    told = banner(*world.words(out, "--workers", "1", "--resume", "--json", *more))
    assert told.code == 0, told.err
    return told
