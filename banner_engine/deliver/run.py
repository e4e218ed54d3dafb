"""A run's folder: how it begins, what it keeps, how it commits, and what a later run may reuse.

OUT/run.json          written first: what was pinned (as-of, seed, inputs, policy)
OUT/images/…          one file a variant
OUT/files.jsonl       the journal: every file that was finished, appended as it happens
OUT/variants.jsonl, assignments.jsonl, failures.jsonl
OUT/manifest.json     written last: the commit
OUT/runs/<run_id>/    the tables of earlier committed runs
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from banner_engine.deliver.files import json_line, read_lines, sha256_of, write_atomic
from banner_engine.errors import BannerError

TABLES = ("variants.jsonl", "assignments.jsonl", "failures.jsonl")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A finished file: which rendition it holds. made_of: the parts of its fingerprint, without libraries."""

    path: str
    fingerprint: str
    quality: int
    bytes: int
    sha256: str
    made_of: dict[str, str]


class RunFolder:
    """The folder of a run, opened for one run. Raises BannerError where it cannot be used."""

    def __init__(self, out: Path, pinned: dict[str, Any]) -> None:
        self.out = out
        self.pinned = pinned
        out.mkdir(parents=True, exist_ok=True)
        self.files = {entry["path"]: FileEntry(**entry) for entry in read_lines(out / "files.jsonl")}
        self._mend(out / "files.jsonl")
        self._journal = (out / "files.jsonl").open("a", encoding="utf-8")
        write_atomic(out / "run.json", (json.dumps(pinned, indent=2, ensure_ascii=False) + "\n").encode())

    @staticmethod
    def _mend(journal: Path) -> None:
        """Cut off a last line that a kill left unfinished."""
        if journal.exists():
            data = journal.read_bytes()
            if data and not data.endswith(b"\n"):
                write_atomic(journal, data[: data.rfind(b"\n") + 1])

    def usable(self, path: str, fingerprint: str) -> FileEntry | None:
        """The entry of a file that holds exactly this rendition; None where it must be made."""
        entry = self.files.get(path)
        if entry is None or entry.fingerprint != fingerprint:
            return None
        return entry if sha256_of(self.out / path) == entry.sha256 else None

    def finished(self, entry: FileEntry) -> None:
        self._journal.write(json_line(asdict(entry)) + "\n")
        self._journal.flush()

    def close(self) -> None:
        self._journal.close()

    def archive(self) -> None:
        """Move the tables of an earlier committed run aside, out of the way of this run's."""
        committed = read_manifest(self.out)
        if committed is None or committed["run_id"] == self.pinned["run_id"]:
            return
        aside = self.out / "runs" / str(committed["run_id"])
        aside.mkdir(parents=True, exist_ok=True)
        for name in (*TABLES, "manifest.json"):
            if (self.out / name).exists():
                os.replace(self.out / name, aside / name)  # noqa: PTH105 - across names, atomically

    def commit(self, summary: dict[str, Any]) -> None:
        """Write the manifest. Whoever sees it sees the whole run."""
        manifest = {**self.pinned, "summary": summary}
        write_atomic(
            self.out / "manifest.json", (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
        )


def read_manifest(out: Path) -> dict[str, Any] | None:
    """The manifest of the newest committed run of a folder, or None."""
    return _read_json(out / "manifest.json")


def read_begun(out: Path) -> dict[str, Any] | None:
    """What a run that began in a folder has pinned, or None."""
    return _read_json(out / "run.json")


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise BannerError("is not valid JSON", file=path, hint="render into another folder") from None
    return found


def check_resumable(out: Path, pinned: dict[str, Any]) -> None:
    """Refuse to resume with other inputs: one line that names what differs."""
    begun = read_begun(out)
    if begun is None:
        raise BannerError("there is no run to resume", file=out, hint="render without --resume")
    for name in ("campaign", "seed", "options", "inputs"):
        if begun.get(name) != pinned[name]:
            old, new = begun.get(name), pinned[name]
            what = name
            if isinstance(old, dict) and isinstance(new, dict):
                changed = sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k))
                what = f"{name} ({', '.join(changed)})"
            raise BannerError(
                f"the run that began here had other {what}",
                file=out / "run.json",
                hint="resume with the same ones, or render into another folder",
            )
