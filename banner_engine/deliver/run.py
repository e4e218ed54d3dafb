"""A run's folder: how it begins, what it keeps, how it commits, and what a later run may reuse.

OUT/run.json          written first: what was pinned (as-of, seed, inputs, policy)
OUT/images/…          one file a variant, or
OUT/packs/…           packs of pictures and their index, or neither where only recipes are kept
OUT/files.jsonl       the journal: every picture that was kept, appended as it happens
OUT/variants.jsonl, assignments.jsonl, failures.jsonl
OUT/manifest.json     written last: the commit
OUT/runs/<run_id>/    the tables of earlier committed runs
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from banner_engine.deliver.files import json_line, write_atomic
from banner_engine.errors import BannerError

TABLES = ("variants.jsonl", "assignments.jsonl", "failures.jsonl")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A picture that is kept: which rendition it is. path: its file, or the pack that holds it as `member` at
    `offset`; None where only its recipe is kept. limits: the budget and ladder that chose its quality;
    made_of: the parts of its fingerprint, without libraries.
    """

    path: str | None
    fingerprint: str
    quality: int
    limits: str
    bytes: int
    sha256: str
    made_of: dict[str, str]
    member: str | None = None
    offset: int | None = None

    @property
    def name(self) -> str:
        """What the journal knows it by."""
        return self.member or self.path or ""

    @property
    def place(self) -> dict[str, Any]:
        """Where `variants.jsonl` says that it is."""
        if self.offset is None:
            return {"path": self.path}
        return {"path": None, "pack": self.path, "offset": self.offset}


FIELDS = tuple(field.name for field in fields(FileEntry))


class RunFolder:
    """The folder of a run, opened for one run; no other run can open it meanwhile. Raises BannerError
    where it cannot be used.
    """

    def __init__(self, out: Path, pinned: dict[str, Any]) -> None:
        self.out = out
        self.pinned = pinned
        read_manifest(out)
        try:
            out.mkdir(parents=True, exist_ok=True)
            self._journal = (out / "files.jsonl").open("a+b")
        except OSError as error:
            raise BannerError(f"cannot be written ({error.strerror})", file=out) from None
        if not _locked(self._journal):
            self._journal.close()
            raise BannerError(
                "another run is at work here", file=out, hint="wait for it, or name another folder"
            )
        self.files = self._read_journal()
        self._sweep()
        write_atomic(out / "run.json", (json.dumps(pinned, indent=2, ensure_ascii=False) + "\n").encode())

    def _read_journal(self) -> dict[str, FileEntry]:
        """Files by name. A line that cannot be read costs its file's making; a last one that a kill left
        unfinished is cut off.
        """
        found: dict[str, FileEntry] = {}
        whole = 0
        self._journal.seek(0)
        for line in self._journal:
            if line.endswith(b"\n"):
                whole += len(line)
                with contextlib.suppress(ValueError, TypeError):
                    entry = FileEntry(**json.loads(line))
                    found[entry.name] = entry
        self._journal.truncate(whole)
        return found

    def _sweep(self) -> None:
        """Delete what a killed writer left beside the files that it was about to replace."""
        for path in (*self.out.glob(".*.json.*"), *self.out.glob("images/*/.*"), *self.out.glob("packs/.*")):
            if re.fullmatch(r"\..+\.[0-9]+", path.name):
                path.unlink(missing_ok=True)

    def finished(self, entry: FileEntry) -> None:
        line = {
            name: value for name in FIELDS if (value := getattr(entry, name)) is not None or name == "path"
        }
        self._journal.write(f"{json_line(line)}\n".encode())
        self._journal.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
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

    def commit(self, summary: dict[str, Any], kept: dict[str, Any]) -> None:
        """Write the manifest. Whoever sees it sees the whole run. kept: what the keeper tells."""
        manifest = {**self.pinned, "summary": summary, **kept}
        write_atomic(
            self.out / "manifest.json", (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
        )


def _locked(file: BinaryIO) -> bool:
    """Lock a file for this process until it is closed. False where another process holds it."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read_manifest(out: Path) -> dict[str, Any] | None:
    """The manifest of the newest committed run of a folder, or None."""
    return _read_json(out / "manifest.json")


def read_begun(out: Path) -> dict[str, Any] | None:
    """What a run that began in a folder has pinned, or None."""
    return _read_json(out / "run.json")


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        found: dict[str, Any] = json.loads(data)
        if not isinstance(found["run_id"], str):
            raise TypeError
        dt.datetime.fromisoformat(found["as_of"])
    except (ValueError, TypeError, KeyError):
        raise BannerError("is damaged", file=path, hint="delete it, or render into another folder") from None
    return found


def check_resumable(out: Path, pinned: dict[str, Any]) -> None:
    """Refuse to resume with other inputs: one line that names what differs."""
    begun = read_begun(out)
    if begun is None:
        raise BannerError("there is no run to resume", file=out, hint="render without --resume")
    for name in ("campaign", "as_of", "seed", "policy", "options", "inputs"):
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
