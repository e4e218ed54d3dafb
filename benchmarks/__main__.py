"""`make bench`: runs every benchmark in a process of its own and writes the tables of docs/performance.md."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from banner_engine.encode.versions import drawing_versions
from benchmarks.measure import arguments

MODULES = ("render", "assembly", "intervals", "type", "track", "serve")
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- benchmarks -->", "<!-- end of benchmarks -->"


def lines_of(module: str, quick: bool) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", f"benchmarks.{module}", *(["--quick"] if quick else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.stderr.write(done.stderr)
    if done.returncode:
        raise SystemExit(f"benchmarks.{module} ended with {done.returncode}")
    sys.stdout.write(done.stdout)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def table(module: str, lines: list[dict[str, Any]]) -> str:
    rows = [
        f"### {module}",
        "",
        _measured(),
        "",
        "| what | value | baseline | ratio | goal | met |",
        "|---|---:|---:|---:|---|---|",
    ]
    for line in lines:
        cell = {name: "" if line[name] is None else line[name] for name in ("baseline", "ratio", "goal")}
        met = {True: "yes", False: "no", None: ""}[line["met"]]
        value = f"{line['value']:,} {line['unit']}"
        rows.append(
            f"| {line['name']} | {value} | {cell['baseline']} | {cell['ratio']} | {cell['goal']} | {met} |"
        )
    return "\n".join(rows)


def _measured() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    libraries = ", ".join(
        f"{name} {version}" for name, version in drawing_versions().items() if "." in version
    )
    return (
        f"Measured on {dt.date.today()} at commit {commit.stdout.strip() or '?'}: Python {platform.python_version()}, "
        f"{platform.machine()}, {os.cpu_count()} cores, {libraries}."
    )


def write(tables: dict[str, str]) -> None:
    """Put tables into the page; those of modules that were not measured now stay."""
    head, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    between, tail = rest.split(END)
    kept = {text.split("\n", 1)[0].strip(): f"### {text.strip()}" for text in between.split("### ")[1:]}
    all_of = {**kept, **tables}
    text = "\n\n".join(all_of[name] for name in MODULES if name in all_of)
    PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")


def main() -> None:
    told = arguments(__doc__ or "")
    for module in [told.only] if told.only else MODULES:
        made = table(module, lines_of(module, told.quick))
        if not told.quick:
            write({module: made})


if __name__ == "__main__":
    main()
