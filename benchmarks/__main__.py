"""`make bench`: runs every benchmark in a process of its own and writes the tables of docs/performance.md."""

from __future__ import annotations

import datetime as dt
import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from banner_engine.encode.versions import drawing_versions
from benchmarks.measure import arguments

MODULES = ("render", "assembly", "intervals", "type", "track")
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


def main() -> None:
    quick = arguments(__doc__ or "").quick
    tables = [table(module, lines_of(module, quick)) for module in MODULES]
    if quick:
        return
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    libraries = ", ".join(
        f"{name} {version}" for name, version in drawing_versions().items() if "." in version
    )
    about = (
        f"Measured on {dt.date.today()} at commit {commit.stdout.strip() or '?'}: Python {platform.python_version()}, "
        f"{platform.machine()}, {libraries}."
    )
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    PAGE.write_text(f"{head}{BEGIN}\n{about}\n\n" + "\n\n".join(tables) + f"\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
